"""text/feedback."""

import re

import pytest
from symposia.agents import Ask, Team
from symposia.agents.errors import BadScenario
from symposia.agents.models.scripted import Scripted
from symposia.protocols.text import feedback

QUESTION = Ask(text="2 + 2?", form="Give a number.")
NAMES = ("amber", "blue", "coral", "dawn")


def models() -> dict[str, Scripted]:
    return {name: Scripted(*(f"{name} says {r}" for r in range(30))) for name in NAMES}


def reviewed(prompt: str) -> str:
    """The author of the answer that a reviewer was shown."""
    return str(re.findall(r"An assistant's answer:\n(\w+)", prompt)[0])


@pytest.mark.parametrize(("rounds", "reviewers", "reviews"), [(2, 2, 2), (3, 2, 2), (2, 3, 3)])
async def test_it_takes_answers_reviews_and_one_merge(rounds: int, reviewers: int, reviews: int) -> None:
    members = models()
    await feedback.answer(Team(members), QUESTION, rounds=rounds, reviewers=reviewers)
    assert sum(len(one.prompts) for one in members.values()) == 4 + (rounds - 1) * (4 * reviews + 4) + 1


async def test_nobody_reviews_itself_and_each_answer_has_its_own_reviewers() -> None:
    members = models()
    await feedback.answer(Team(members), QUESTION, rounds=2, reviewers=2)
    pairs = [
        (name, reviewed(prompt)) for name in NAMES for prompt in members[name].prompts if "An assistant's" in prompt
    ]
    assert all(reviewer != author for reviewer, author in pairs)
    assert [sum(author == name for _, author in pairs) for name in NAMES] == [2, 2, 2, 2]
    assert len(set(pairs)) == len(pairs)


async def test_a_review_reaches_its_author_and_is_not_asked_in_the_form_of_the_answer() -> None:
    members = {"amber": Scripted("5", "a review of 4", "now 4", "4"), "blue": Scripted("4", "a review of 5", "still 4")}
    assert (await feedback.answer(Team(members), QUESTION, rounds=2, reviewers=1)).text == "4"
    assert "Your last answer:\n5\nReviews of it:\n- a review of 5\n" in members["amber"].prompts[2]
    assert "Give a number." not in members["amber"].prompts[1]


async def test_reviewers_are_the_same_for_the_same_question_and_others_for_another_round() -> None:
    team = Team(models())
    drawn = [feedback._drawn(team, "amber", 1, number) for number in range(8)]
    assert drawn == [feedback._drawn(team, "amber", 1, number) for number in range(8)]
    assert len({tuple(one) for one in drawn}) > 1


def test_a_team_of_one_has_no_reviewer() -> None:
    with pytest.raises(BadScenario, match="nobody to review"):
        feedback.Options().check(("amber",))
    with pytest.raises(BadScenario, match="rounds: input should be greater than or equal to 2"):
        feedback.Options.given({"rounds": 1}, where="text/feedback")
    with pytest.raises(BadScenario, match="reviewers: input should be greater than or equal to 1"):
        feedback.Options.given({"reviewers": 0}, where="text/feedback")
