"""What models get right that others get wrong."""

from symposia.evaluators.statistics.complementarity import break_rate, fix_rate
from symposia.evaluators.statistics.intervals import Interval
from symposia.tests.support.samples import rounded


def test_fixed_and_broken_are_shares_of_what_could_be() -> None:
    best, together = [0, 0, 0, 0, 1, 1], [1, 0, 0, 0, 1, 0]
    assert rounded(fix_rate(best, together)) == [0.25, 0.0456, 0.6994]
    assert rounded(break_rate(best, together)) == [0.5, 0.0945, 0.9055]
    assert fix_rate([1, 1], [1, 1]) == Interval(None, None, None)
