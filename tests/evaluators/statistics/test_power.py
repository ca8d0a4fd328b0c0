"""The resolution of paired comparisons."""

import random

import pytest
from symposia.agents.errors import BadData
from symposia.evaluators.statistics.paired import paired_test
from symposia.evaluators.statistics.power import needed, paired_variance, power_of, smallest


@pytest.mark.parametrize(
    ("difference", "questions"), [(0.01, 15698), (0.03, 1745), (0.05, 628), (-0.05, 628), (0.2, 40)]
)
def test_small_differences_need_many_questions(difference: float, questions: int) -> None:
    assert needed(difference, 0.2) == questions


def test_the_smallest_difference_of_the_needed_questions_is_that_difference() -> None:
    assert round(smallest(needed(0.03, 0.2), 0.2), 4) == 0.03
    assert round(power_of(0.03, needed(0.03, 0.2), 0.2), 3) == 0.8


def test_systems_that_agree_more_need_fewer_questions() -> None:
    agreeing, differing = ([1, -1] * many + [0] * (100 - 2 * many) for many in (5, 20))
    assert round(paired_variance(agreeing), 3) == 0.101
    assert needed(0.05, paired_variance(agreeing)) < needed(0.05, paired_variance(differing)) / 3


def test_clusters_need_more_questions() -> None:
    gaps = [1, 1, 0, 0, -1, -1, 0, 0] * 10
    assert round(paired_variance(gaps, [n // 2 for n in range(80)]) / paired_variance(gaps), 2) == 2.03


def test_systems_that_never_disagreed_may_yet() -> None:
    assert paired_variance([0] * 38) == 0.025


def test_the_power_is_that_of_the_test_that_reports_use() -> None:
    """400 comparisons of as many questions as a difference of 6 points needs."""
    draw, fixing, breaking = random.Random(0), 0.16, 0.10
    count = needed(fixing - breaking, fixing + breaking - (fixing - breaking) ** 2)
    seen = 0
    for _ in range(400):
        gaps = [(u < fixing) - (u > 1 - breaking) for u in (draw.random() for _ in range(count))]
        seen += paired_test([float(gap < 0) for gap in gaps], [float(gap > 0) for gap in gaps]).p <= 0.05
    assert 0.74 <= seen / 400 <= 0.86


@pytest.mark.parametrize(("difference", "variance"), [(0.0, 0.2), (0.05, 0.0)])
def test_a_difference_of_nothing_cannot_be_shown(difference: float, variance: float) -> None:
    with pytest.raises(BadData, match=r"^power: a difference of .* Neither may be 0\.$"):
        needed(difference, variance)


def test_one_question_says_nothing_about_the_variance() -> None:
    with pytest.raises(BadData, match="fewer than two clusters"):
        paired_variance([1.0])
