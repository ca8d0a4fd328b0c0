"""AlpacaEval's judge: preferences by log-probabilities, or by the name it writes."""

from collections.abc import Sequence
from math import inf

import pytest
from symposia.agents import Answer, Team, Turn
from symposia.agents.context import Context
from symposia.agents.message import Choice
from symposia.agents.models.absent import Absent
from symposia.evaluators.graders.alpaca_eval import grade, preference_of, summary
from symposia.evaluators.sample import Sample
from symposia.evaluators.task import Item
from symposia.tests.support.judging import judged

ITEM = Item("Greet me.", "", {"baseline": "Hi."})


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        (-0.1, -2.5, 1.083173),
        (-4.048847, -0.017597131, 1.982558),
        (-3.0, None, 1.0),
        (None, -3.0, 2.0),
        (-inf, -3.0, 2.0),
        (-1000.0, -1000.0, 1.5),
    ],
)
def test_a_preference_is_the_share_of_two_probabilities(one: float | None, other: float | None, found: float) -> None:
    assert preference_of(one, other) == pytest.approx(found, abs=1e-6)


def test_two_missing_labels_are_no_preference() -> None:
    assert preference_of(None, None) is None


class Leaning(Absent):
    """Shows distributions: it prefers the output whose name is m."""

    async def choose(self, turns: Sequence[Turn], labels: Sequence[str]) -> Choice:
        return Choice(labels=tuple(labels), logprobs=(-0.1, -2.5))


async def test_a_judge_that_leans_to_one_name_gives_half() -> None:
    found = await grade(ITEM, Answer(text="Hello!"), Team({"ann": Leaning("ann")}))
    assert found.parts == pytest.approx({"answer second": 0.083173, "answer first": 0.916827}, abs=1e-6)
    assert found.score == pytest.approx(0.5)


async def test_a_judge_that_writes_is_read_by_the_name() -> None:
    found, prompts = await judged("alpaca_eval", ITEM, "Hello!", "M", "m")
    assert (found.score, found.verdict) == (1.0, "answer second: 1.000; answer first: 1.000")
    assert "<output_m>\nHi.\n</output_m>" in prompts[0]
    assert "<output_M>\nHi.\n</output_M>" in prompts[1]


async def test_a_judge_that_names_neither_is_asked_once_more() -> None:
    found, prompts = await judged("alpaca_eval", ITEM, "Hello!", "Both.", "M", "m")
    assert found.score == 1.0
    assert "You named neither. Reply with m or M" in prompts[1]
    found, _ = await judged("alpaca_eval", ITEM, "Hello!", *["Both."] * 4)
    assert (found.score, found.reason) == (None, "invalid_verdict")


async def test_one_order_is_drawn_by_the_seed() -> None:
    orders = set()
    for seed in range(8):
        judges = Team({"ann": Leaning("ann")}, context=Context(seed=seed))
        found = await grade(ITEM, Answer(text="Hello!"), judges, orders="seeded")
        again = await grade(ITEM, Answer(text="Hello!"), judges, orders="seeded")
        assert found.parts == again.parts
        orders.add(tuple(found.parts))
    assert orders == {("answer first",), ("answer second",)}


def test_the_summary_has_the_win_rates() -> None:
    samples = [sample(str(number), score) for number, score in enumerate((0.9, 0.6, 0.2, 0.5))]
    found = {fact.name: fact.value for fact in summary(samples)}
    assert found["win rate"].startswith("55.0 [")
    assert found["discrete win rate"].startswith("62.5 [")
    assert found["length-controlled win rate"] == "none below 200 questions"


def test_the_length_controlled_win_rate_comes_with_its_fit() -> None:
    samples = [sample(str(number), 0.9 if number % 3 else 0.1, "x" * (number % 7 + 1)) for number in range(200)]
    found = {fact.name: fact.value for fact in summary(samples)}
    assert "% standard error" in found["length-controlled win rate"].replace(",", "")
    assert "coefficients of length and model" in found["length-controlled win rate"]


def sample(name: str, score: float, text: str = "Hello!") -> Sample:
    gold, parts = {"baseline": "Hi."}, {"answer first": score, "answer second": score}
    return Sample(id=name, question="?", gold=gold, output=text, score=score, parts=parts, judging={"calls": 2})
