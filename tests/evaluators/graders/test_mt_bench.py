"""MT-Bench's judge of single answers."""

from typing import Any

import pytest
from symposia.agents.turn import Turn
from symposia.evaluators.graders.mt_bench import summary
from symposia.evaluators.sample import Sample
from symposia.evaluators.task import Item
from symposia.tests.support.judging import judged

POST = Item("Write a post.", "", {"category": "writing", "reference": "Aloha."})
SUM = Item("2 + 2?", "", {"category": "math", "turns": [{"reference": "4"}, {"reference": "6"}]})
NEXT = Item("And 3 + 3?", "", SUM.gold, history=(Turn("user", "2 + 2?"), Turn("assistant", "four")))


async def test_the_last_rating_is_the_score() -> None:
    grade, (prompt,) = await judged("mt_bench", POST, "Hi.", "A [[3]]? No, [[7]].")
    assert (grade.score, grade.verdict) == (7.0, "7")
    assert "Aloha." not in prompt


async def test_math_is_judged_by_the_reference_of_its_turn() -> None:
    _, (prompt,) = await judged("mt_bench", SUM, "four", "[[10]]")
    assert "<reference>\n4\n</reference>" in prompt
    _, (prompt,) = await judged("mt_bench", NEXT, "six", "[[10]]")
    assert "<reference>\n6\n</reference>" in prompt
    assert "<request>\nUser: 2 + 2?\n\nAssistant: four\n\nUser: And 3 + 3?\n</request>" in prompt


async def test_without_a_reference_math_is_judged_as_all_else() -> None:
    _, (prompt,) = await judged("mt_bench", Item("2 + 2?", "", {"category": "math"}), "four", "[[10]]")
    assert "<reference>" not in prompt


@pytest.mark.parametrize("said", ["Very good.", "[[15]]", "[[0]]"])
async def test_no_rating_is_no_score(said: str) -> None:
    grade, prompts = await judged("mt_bench", POST, "Hi.", said, said)
    assert (grade.score, grade.reason, len(prompts)) == (None, "invalid_verdict", 2)
    assert grade.why == "ann: gave no rating from 1 to 10 in double brackets."


async def test_the_published_parser_takes_the_first_number_and_asks_once() -> None:
    grade, _ = await judged("mt_bench", POST, "Hi.", "A [[3]]? No, [[7]].", profile="fastchat")
    assert grade.score == 3.0
    grade, prompts = await judged("mt_bench", POST, "Hi.", "[[15]]", profile="fastchat")
    assert (grade.reason, len(prompts)) == ("invalid_verdict", 1)


def test_the_summary_has_both_turns_and_the_pooled_mean() -> None:
    samples = [two("a", {"turn 1": 8.0, "turn 2": 6.0}), two("b", {"turn 1": 4.0})]
    found = {fact.name: fact.value for fact in summary(samples)}
    assert found["turn 1"].startswith("6.000 [")
    assert found["turn 1"].endswith("], 2 ratings")
    assert found["turn 2"] == "6.000, 1 ratings"
    assert found["both turns"].startswith("6.000")
    single = Sample(id="c", question="?", output="Hi.", score=9.0)
    assert [(fact.name, fact.value) for fact in summary([single])] == [("turn 1", "9.000, 1 ratings")]


def two(name: str, parts: dict[str, float], **more: Any) -> Sample:
    return Sample(id=name, question="?", output="b", earlier=("a",), score=6.0, parts=parts, **more)
