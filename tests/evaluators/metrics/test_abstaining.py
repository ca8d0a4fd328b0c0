"""Metrics of answers that may be withheld."""

from symposia.evaluators.metrics import abstain_accuracy, reliable_accuracy
from symposia.evaluators.sample import Sample


def sample(name: str, right: float, abstained: float) -> Sample:
    score = 0.0 if abstained else 2 * right - 1
    parts = {"right": right, "abstained": abstained}
    return Sample(id=name, question="?", output="", parsed="A", score=score, parts=parts)


FOUR = [sample("a", 1, 0), sample("b", 0, 0), sample("c", 0, 1), sample("d", 1, 1), sample("e", 1, 0)]
PLAIN = Sample(id="p", question="?", output="", parsed="A", score=1.0)


def test_reliable_accuracy_is_that_of_what_was_answered() -> None:
    found = reliable_accuracy.measure([*FOUR, PLAIN])
    assert found.value == 2 / 3
    assert (found.scored, found.unscored) == (3, 3)


def test_abstain_accuracy_counts_what_was_left_out_for_good_reason() -> None:
    found = abstain_accuracy.measure([*FOUR, PLAIN])
    assert found.value == 3 / 5
    assert (found.scored, found.unscored) == (5, 1)
