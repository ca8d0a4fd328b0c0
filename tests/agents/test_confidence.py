"""How sure a member is of its answer, and votes that count by it."""

import pytest
from symposia.agents import Answer, Ask, Team
from symposia.agents.confidence import by_confidence, confident_vote, percentage, recalibrated, stated
from symposia.agents.models.scripted import Scripted
from symposia.agents.voting import as_written


@pytest.mark.parametrize(
    ("confidence", "weight"),
    [(0.0, 0.1), (0.6, 0.1), (0.61, 0.3), (0.79, 0.3), (0.8, 0.5), (0.89, 0.5), (0.9, 0.8), (0.99, 0.8), (1.0, 1.0)],
)
def test_a_stated_confidence_counts_by_steps(confidence: float, weight: float) -> None:
    assert recalibrated(confidence) == weight


@pytest.mark.parametrize(
    ("text", "confidence"), [("85", 0.85), ("I am 61.5% sure.", 0.615), ("100 %", 1.0), ("110", None), ("very", None)]
)
def test_a_confidence_is_a_number_of_percent(text: str, confidence: float | None) -> None:
    assert stated(text) == confidence


def test_for_thresholds_no_number_is_no_confidence_but_zero() -> None:
    assert (percentage("very"), stated("very")) == (0.0, None)


@pytest.mark.parametrize(
    ("answers", "confidences", "winner"),
    [
        ("AAB", (0.95, 0.5, 1.0), "B"),  # .8 + .1 to 1
        ("AAB", (0.95, 0.8, 1.0), "A"),  # .8 + .5 to 1
        ("AAB", (None, 0.5, 0.7), "B"),  # no confidence, no vote
        ("AAB", (None, None, None), "A"),  # all the same where nobody states any
        ("AB", (0.9, 0.95), "A"),  # a tie goes to the first
    ],
)
def test_votes_count_by_confidence(answers: str, confidences: tuple[float | None, ...], winner: str) -> None:
    assert by_confidence([Answer(text=one) for one in answers], confidences, as_written).text == winner


async def test_each_member_is_asked_once_about_its_own_answer() -> None:
    models = {"a": Scripted("95"), "b": Scripted("50"), "c": Scripted("100")}
    said = {"a": Answer(text="4"), "b": Answer(text="4"), "c": Answer(text="5")}
    team = Team(models)
    assert (await confident_vote(team, Ask(text="2 + 2?", form="A number."), said)).text == "5"
    assert [len(one.prompts) for one in models.values()] == [1, 1, 1]
    assert models["c"].prompts[0].startswith("2 + 2?\n\nYour answer was: 5\n")
    assert "A number." not in models["c"].prompts[0]


async def test_nobody_is_asked_where_all_agree() -> None:
    team = Team({"a": Scripted(), "b": Scripted()})
    assert (await confident_vote(team, Ask(text="?"), dict.fromkeys("ab", Answer(text="4")))).text == "4"
