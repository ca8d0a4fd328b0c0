"""text/sparta."""

from collections.abc import Sequence
from typing import Any

import pytest
from symposia.agents import Answer, Ask, Sampling, Team, Turn
from symposia.agents.errors import BadScenario
from symposia.agents.models.base import GREEDY
from symposia.protocols.text import sparta
from symposia.tests.support.doubles import KnownScores

QUESTIONS = [Ask(text=f"question {number}?", form="Give a number.") for number in range(4)]
QUESTION = Ask(text="2 + 2?")


class Dev(KnownScores):
    """A dev split with questions."""

    questions = QUESTIONS


class Member:
    """Answers with its name, and rates by a rule what it reads."""

    def __init__(self, name: str, ratings: dict[str, str]) -> None:
        self.name, self.ratings = name, ratings
        self.answered: list[str] = []
        self.judged: list[str] = []

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        text = turns[-1].text
        if not text.startswith("Rate this answer"):
            self.answered.append(text)
            return Answer(text=self.name)
        self.judged.append(text)
        (said,) = [name for name in self.ratings if f"Answer:\n{name}\n" in text]
        return Answer(text=self.ratings[said])


def team_of(**ratings: str) -> Team[Member]:
    return Team({name: Member(name, ratings) for name in ratings})


async def rated(team: Team[Any], **options: object) -> sparta.Rated:
    scores = dict.fromkeys(team.names, 0.0) | {team.names[0]: 1.0}
    found = (await sparta.prepare(team, Dev(scores), **options)).learned_as(sparta.Rated)
    assert found is not None
    return found


@pytest.mark.parametrize(("rounds", "duels"), [(1, 4), (3, 4)])
async def test_a_duel_takes_two_answers_and_two_ratings_of_each_judge(rounds: int, duels: int) -> None:
    team = team_of(a="3", b="5", c="8", d="4")
    assert (await rated(team, rounds=rounds, duels=duels)).duels == rounds * duels
    assert sum(len(one.answered) for one in team.models.values()) == 2 * rounds * duels
    assert sum(len(one.judged) for one in team.models.values()) == 2 * 2 * rounds * duels


async def test_whom_the_others_rate_best_answers_whatever_dev_says() -> None:
    team = team_of(a="3", b="5", c="8", d="4")
    found = await rated(team, duels=8)
    assert found.best == "c"
    assert sum(found.ratings.values()) == pytest.approx(400)
    prepared = team.with_learned(found)
    assert (await sparta.answer(prepared, QUESTION)).text == "c"
    assert (await rated(team, duels=8, best="dev")).best == "a"


async def test_fighters_do_not_judge_themselves_and_judges_see_no_form() -> None:
    team = team_of(a="3", b="5", c="8")
    await rated(team, duels=12)
    for name, model in team.models.items():
        assert model.judged
        assert not any(f"Answer:\n{name}\n" in prompt or "Give a number." in prompt for prompt in model.judged)


@pytest.mark.parametrize("ratings", [{"a": "5", "b": "5", "c": "5"}, {"a": "hm", "b": "hm", "c": "hm"}])
async def test_ties_and_ratings_that_cannot_be_read_move_nothing(ratings: dict[str, str]) -> None:
    found = await rated(team_of(**ratings), duels=6)
    assert set(found.ratings.values()) == {100.0}
    assert found.best == "a"
    assert found.duels == (18 if ratings["a"] == "5" else 0)


async def test_a_bandit_draws_other_questions_than_chance_once_it_was_rewarded() -> None:
    asked = {}
    for leader in ("uniform", "bandit"):
        team = team_of(a="3", b="5", c="9")
        await rated(team, rounds=3, duels=12, leader=leader)
        asked[leader] = [text for one in team.models.values() for text in one.answered]
    assert asked["uniform"] != asked["bandit"]


async def test_it_is_the_same_for_the_same_seed() -> None:
    runs = [await rated(team_of(a="3", b="5", c="9"), duels=5) for _ in range(2)]
    assert runs[0] == runs[1]


async def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(BadScenario, match="a bandit draws evenly in its only round"):
        sparta.Options(leader="bandit", rounds=1).check(("a", "b", "c"))
    with pytest.raises(BadScenario, match="Name three at least"):
        sparta.Options().check(("a", "b"))
    with pytest.raises(BadScenario, match="no dev split"):
        await sparta.prepare(team_of(a="1", b="2", c="3"), None)
