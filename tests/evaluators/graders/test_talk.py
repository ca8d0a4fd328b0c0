"""Judges of conversations: interactivity, accuracy with its extractor, and human interest."""

import pytest
from symposia.agents import Answer, Turn
from symposia.agents.continued import Concluded
from symposia.agents.errors import BadData
from symposia.evaluators.task import Item
from symposia.tests.support.judging import judged

ITEM = Item("Sort c a.", "", "a c")
TALK = (
    Turn("system", "Be kind."),
    Turn("user", "Sort letters."),
    Turn("assistant", "Which?"),
    Turn("user", "c a"),
    Turn("assistant", "a c"),
)
SAID = Concluded(text="a c", conversation=TALK)


async def test_the_judge_of_interactivity_reads_the_whole_conversation() -> None:
    grade, (prompt,) = await judged("interactivity", ITEM, SAID, 'Good. {"thought": "asks", "interactivity": 0.75}')
    assert grade.score == 0.75
    assert "User: Sort letters.\n\nAssistant: Which?\n\nUser: c a\n\nAssistant: a c" in prompt
    assert "Be kind." not in prompt


async def test_without_a_conversation_it_reads_question_and_answer() -> None:
    _, (prompt,) = await judged("interactivity", ITEM, "a c", '{"interactivity": 0}')
    assert "User: Sort c a.\n\nAssistant: a c" in prompt


@pytest.mark.parametrize("said", ["0.5", '{"interactivity": 2}', '{"interactivity": "high"}'])
async def test_no_number_in_range_is_no_score(said: str) -> None:
    grade, prompts = await judged("interactivity", ITEM, SAID, said, said)
    assert (grade.score, grade.reason, len(prompts)) == (None, "invalid_verdict", 2)
    assert grade.why == 'ann: gave no "interactivity" from 0 to 1.'


async def test_accuracy_compares_with_the_reference() -> None:
    grade, (prompt,) = await judged("accuracy", ITEM, SAID, '{"thought": "same", "accuracy": 1}')
    assert grade.score == 1.0
    assert "<reference>\na c\n</reference>" in prompt
    grade, _ = await judged("accuracy", ITEM, SAID, '{"accuracy": 0.5}')
    assert (grade.score, grade.why) == (None, "ann: gave an accuracy of 0.5, which is neither 0 nor 1.")


async def test_accuracy_judges_what_was_extracted() -> None:
    said = ('{"thought": "sorted", "final_completion": "a c"}', '{"accuracy": 1}')
    grade, prompts = await judged("accuracy", ITEM, SAID, *said, extract="answer")
    assert (grade.score, grade.parsed) == (1.0, "a c")
    assert "<response>\na c\n</response>" in prompts[1]
    grade, _ = await judged("accuracy", ITEM, SAID, "no", "no", extract="answer")
    assert (grade.reason, grade.why) == ("invalid_verdict", "ann: extracted no answer.")


async def test_accuracy_without_a_reference_is_a_fault_of_the_data() -> None:
    with pytest.raises(BadData, match="has no reference to compare with"):
        await judged("accuracy", Item("Sort c a.", "", None), Answer(text="a c"))


@pytest.mark.parametrize(
    ("said", "score"),
    [("Rating: 8/10\nFun.", 8.0), ("Rating: 8.5/10", 8.5), ("**Rating:** 3 / 10", 3.0), ("Rating: 7 out of 10", 7.0)],
)
async def test_a_rating_of_interest_is_read(said: str, score: float) -> None:
    grade, _ = await judged("interest", ITEM, "a c", said)
    assert grade.score == score


@pytest.mark.parametrize("said", ["It is fun.", "Rating: 0/10", "Rating: 11/10", "8"])
async def test_no_rating_of_interest_is_unscored_and_not_1(said: str) -> None:
    grade, _ = await judged("interest", ITEM, "a c", said, said)
    assert (grade.score, grade.reason) == (None, "invalid_verdict")
