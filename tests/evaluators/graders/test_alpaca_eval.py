"""AlpacaEval's judge: preferences by log-probabilities, or by the name it writes."""

import json
from collections.abc import Sequence
from math import inf
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from symposia.agents import Answer, Team, Turn
from symposia.agents.context import Context
from symposia.agents.errors import BadData
from symposia.agents.message import Choice
from symposia.agents.models.absent import Absent
from symposia.evaluators.graders.alpaca_eval import grade, preference_of, summary
from symposia.evaluators.sample import Sample
from symposia.evaluators.statistics.logistic import sigmoid
from symposia.evaluators.task import Item
from symposia.evaluators.tasks import open_ended
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
    assert "% no standard error without difficulties" in found["length-controlled win rate"].replace(",", "")
    assert "coefficients of length and model" in found["length-controlled win rate"]


def test_difficulties_and_gamed_baselines_in_the_data_give_the_published_fit(tmp_path: Path) -> None:
    """The planted model of the specification, whose closed form is 60.4312, through data, grader and report."""
    at = np.arange(200)
    hard = np.where(at == 0, 0.0, ((37 * at) % 101) / 25 - 2)
    lengths = list(zip((400 + 10 * ((53 * at) % 97)).tolist(), (400 + 12 * ((71 * at) % 89)).tolist(), strict=True))
    gaps = np.array([one - other for one, other in lengths], dtype=float)
    values = sigmoid(-1.5 * np.tanh(gaps / gaps.std(ddof=1)) + 0.8 * hard + 0.5)
    padded = 0.3 + ((29 * at) % 61) / 40
    pads = [[sign * gap for sign in (-1, 1)] for gap in padded.tolist()]
    gamed = [[[gap, float(sigmoid(-1.5 * np.tanh(gap) + 0.8 * hard[n]))] for gap in pads[n]] for n in at]
    written = [
        {"instruction": f"Ask {n}.", "output": "x" * lengths[n][0], "difficulty": hard[n], "gamed": gamed[n]}
        for n in at
    ]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in written))
    items = open_ended.load(split="test", data=str(tmp_path / "rows.jsonl"))
    samples = [
        sample(item.id, float(value), "y" * size, item.gold)
        for item, value, (_, size) in zip(items, values, lengths, strict=True)
    ]
    said = {fact.name: fact.value for fact in summary(samples)}["length-controlled win rate"]
    assert said.startswith("60.4 %, standard error 1.4, C ")
    assert said.endswith("coefficients of length, difficulty and model -1.500, 0.800, 0.500")


def test_gamed_baselines_that_are_none_are_refused() -> None:
    with pytest.raises(BadData, match=r"gamed is \[\[0\.3, 7\]\]\. Give pairs of a length gap and a win value"):
        open_ended.pairs_of([[0.3, 7]])


def test_a_judge_that_never_answers_leaves_no_controlled_win_rate() -> None:
    lost = [Sample(id=str(n), question="?", output="4", why="..", judging={"calls": 4}) for n in range(230)]
    found = {fact.name: fact.value for fact in summary(lost)}
    assert found["win rate"] == "none"
    assert "0 of 230 questions have a verdict" in found["length-controlled win rate"]


def test_questions_of_several_turns_have_no_controlled_win_rate() -> None:
    samples = [sample(str(n), 0.9).model_copy(update={"earlier": ("Hi.",)}) for n in range(200)]
    found = {fact.name: fact.value for fact in summary(samples)}
    assert found["length-controlled win rate"] == "none for questions of several turns"


def sample(name: str, score: float, text: str = "Hello!", gold: Any = None) -> Sample:
    gold, parts = gold or {"baseline": "Hi."}, {"answer first": score, "answer second": score}
    return Sample(id=name, question="?", gold=gold, output=text, score=score, parts=parts, judging={"calls": 2})
