"""Intervals hold the truth as often as they say: 2,000 simulated experiments of each kind."""

import pytest
from symposia.tests.support.coverage import KINDS, Kind, coverage


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_an_interval_of_95_percent_holds_the_truth_in_95_percent_of_experiments(kind: Kind) -> None:
    assert 0.935 <= coverage(kind, 200 if "graded" in kind.name else 300) <= 0.965
