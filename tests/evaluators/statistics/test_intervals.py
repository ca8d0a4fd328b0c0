"""Confidence intervals."""

import pytest
from symposia.evaluators.statistics.intervals import Interval, mean_interval, standard_error, wilson
from symposia.evaluators.statistics.student_t import quantile
from symposia.tests.support.samples import rounded

VALUES = (1, 1, 0, 0, 1, 0, 1, 1)
PAIRS = (0, 0, 1, 1, 2, 2, 3, 3)


@pytest.mark.parametrize(
    ("right", "trials", "low", "high"),
    [(9, 57, 0.0854, 0.2736), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (50, 100, 0.4038, 0.5962)],
)
def test_wilsons_interval_has_a_width_at_both_ends(right: int, trials: int, low: float, high: float) -> None:
    assert rounded(wilson(right, trials)) == [round(right / trials, 4), low, high]


@pytest.mark.parametrize(
    ("freedom", "t"),
    [(1, 12.7062), (2, 4.3027), (3, 3.1824), (10, 2.2281), (99, 1.9842), (200, 1.9719), (1000, 1.9623)],
)
def test_students_quantiles_are_those_of_the_tables(freedom: int, t: float) -> None:
    assert round(quantile(0.95, freedom), 4) == t


def test_clusters_widen_the_standard_error() -> None:
    clustered, naive = standard_error(VALUES, PAIRS), standard_error(VALUES)
    assert clustered is not None
    assert naive is not None
    assert (round(clustered, 6), round(naive, 6)) == (0.239357, 0.182981)


def test_clusters_widen_the_interval() -> None:
    assert rounded(mean_interval(VALUES)) == [0.625, 0.3057, 0.8632]
    assert rounded(mean_interval(VALUES, PAIRS)) == [0.625, 0.1178, 0.9541]


def test_a_cluster_of_copies_counts_as_one_item() -> None:
    assert rounded(mean_interval([1] * 40, [n // 4 for n in range(40)])) == [1.0, 0.7225, 1.0]


def test_one_graded_score_has_no_interval() -> None:
    assert mean_interval([0.5]) == Interval(0.5, None, None)
