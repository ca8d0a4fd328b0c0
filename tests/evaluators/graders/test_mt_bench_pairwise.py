"""MT-Bench's judge of pairs."""

import pytest
from symposia.agents.turn import Turn
from symposia.evaluators.task import Item
from symposia.tests.support.judging import judged

ITEM = Item("2 + 2?", "", {"category": "math", "reference": "4", "baseline": "five"})


@pytest.mark.parametrize(
    ("second", "first", "score"),
    [("B", "A", 1.0), ("A", "B", 0.0), ("A", "A", 0.5), ("C", "C", 0.5), ("C", "A", 0.5)],
)
async def test_a_win_needs_both_orders(second: str, first: str, score: float) -> None:
    grade, _ = await judged("mt_bench_pairwise", ITEM, "four", f"[[{second}]]", f"[[{first}]]")
    assert grade.score == score


async def test_a_pair_with_an_invalid_verdict_is_dropped() -> None:
    grade, _ = await judged("mt_bench_pairwise", ITEM, "four", "[[B]]", "Hm.", "Hm.")
    assert (grade.score, grade.reason) == (None, "invalid_verdict")


async def test_the_second_turn_shows_both_conversations() -> None:
    gold = {"category": "writing", "turns": [{"baseline": "five"}, {"baseline": "seven"}]}
    item = Item("And 3 + 3?", "", gold, history=(Turn("user", "2 + 2?"), Turn("assistant", "four")))
    _, (prompt, _) = await judged("mt_bench_pairwise", item, "six", "[[B]]", "[[A]]")
    assert "User: 2 + 2?\n\nAssistant: five\n\nUser: And 3 + 3?\n\nAssistant: seven" in prompt
    assert "User: 2 + 2?\n\nAssistant: four\n\nUser: And 3 + 3?\n\nAssistant: six" in prompt
    assert "<reference>" not in prompt


async def test_math_is_judged_by_its_reference() -> None:
    _, (prompt, _) = await judged("mt_bench_pairwise", ITEM, "four", "[[B]]", "[[A]]")
    assert "<reference>\n4\n</reference>" in prompt


async def test_the_published_parser_takes_a_wherever_it_is_named() -> None:
    said = "Not [[A]] but [[B]]"
    grade, _ = await judged("mt_bench_pairwise", ITEM, "four", said, said, profile="fastchat")
    assert grade.parts == {"answer second": 0.0, "answer first": 1.0}
