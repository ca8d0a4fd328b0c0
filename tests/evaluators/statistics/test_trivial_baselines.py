"""Baselines without a model."""

from symposia.evaluators.statistics import trivial_baselines as floors
from symposia.evaluators.tasks import multiple_choice, short_answer
from symposia.tests.support.data import SHARED, needs_shared_data


@needs_shared_data
def test_the_most_frequent_answer_is_the_floor() -> None:
    assert round(floors.majority(short_answer.load(split="test", data=str(SHARED / "culturebench"))), 3) == 0.732
    assert round(floors.majority(short_answer.load(split="test", data=str(SHARED / "pubmedqa"))), 3) == 0.554
    assert floors.chance(multiple_choice.load(split="test", data=str(SHARED / "blend"))) == 0.25
