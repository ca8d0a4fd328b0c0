"""Percentiles of wall times."""

import pytest
from symposia.agents.errors import BadData
from symposia.evaluators.statistics.latency import latency


def test_the_median_and_the_95th_percentile() -> None:
    assert latency([float(n) for n in range(101)]) == (101, 50.0, 95.0)
    assert latency([2.0]) == (1, 2.0, 2.0)


def test_no_times_have_no_median() -> None:
    with pytest.raises(BadData, match="Give a share from 0 to 1, and some values"):
        latency([])
