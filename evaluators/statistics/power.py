"""The resolution of a paired comparison: what difference so many questions show, and how many a difference needs.

    questions = (z(1 - alpha / 2) + z(power))^2 * variance / difference^2

`variance` is that of one question's paired difference, with what clusters add to it, as observed: systems that agree on
most questions show a small difference by few of them. Without it the answer would be that of unpaired systems.
"""

from collections.abc import Hashable, Sequence
from math import ceil, sqrt
from statistics import NormalDist
from typing import Final

from ...agents.errors import BadData
from .intervals import standard_error

ALPHA: Final = 0.05
POWER: Final = 0.8
POINTS: Final = (0.01, 0.03, 0.05)
"""The differences, of a score from 0 to 1, that reports say the needed questions of."""


def paired_variance(gaps: Sequence[float], clusters: Sequence[Hashable | None] | None = None) -> float:
    """The variance of a question's paired difference, times the design effect of clusters: n * se^2.

    At least 1 / (n + 2), as if half an observation were added to each side: systems that never disagreed on a few
    questions may on others. Raises `BadData` for fewer than two clusters.

    >>> round(paired_variance([1, -1, 0, 0, 0, 0, 0, 0]), 4), paired_variance([0] * 98)
    (0.2857, 0.01)
    """
    error = standard_error(gaps, clusters)
    if error is None:
        raise BadData(f"power: {len(gaps)} questions in fewer than two clusters. Give at least two.")
    return max(len(gaps) * error**2, 1 / (len(gaps) + 2))


def needed(difference: float, variance: float, power: float = POWER, alpha: float = ALPHA) -> int:
    """The questions that show a difference with this power, at this two-sided level. Raises `BadData` for a 0.

    >>> needed(0.03, 0.15), needed(0.01, 0.15)
    (1309, 11774)
    """
    if difference == 0 or variance <= 0:
        raise BadData(f"power: a difference of {difference:g} with variance {variance:g}. Neither may be 0.")
    return max(2, ceil(reach(power, alpha) ** 2 * variance / difference**2 - 1e-9))


def smallest(questions: int, variance: float, power: float = POWER, alpha: float = ALPHA) -> float:
    """The smallest difference that so many questions show with this power.

    >>> round(smallest(1309, 0.15), 3)
    0.03
    """
    if questions < 1 or variance <= 0:
        raise BadData(f"power: {questions} questions with variance {variance:g}. Give at least one, and some variance.")
    return reach(power, alpha) * sqrt(variance / questions)


def power_of(difference: float, questions: int, variance: float, alpha: float = ALPHA) -> float:
    """The probability that so many questions show a difference, in either direction.

    >>> round(power_of(0.03, 1309, 0.15), 3), round(power_of(0.0, 1309, 0.15), 3)
    (0.8, 0.05)
    """
    away, limit = abs(difference) / sqrt(variance / questions), NormalDist().inv_cdf(1 - alpha / 2)
    return NormalDist().cdf(away - limit) + NormalDist().cdf(-away - limit)


def reach(power: float, alpha: float) -> float:
    """The standard errors that a true difference has to be away from 0."""
    if not (0 < power < 1 and 0 < alpha < 1):
        raise BadData(f"power: {power:g} at level {alpha:g}. Both are probabilities, above 0 and below 1.")
    return NormalDist().inv_cdf(1 - alpha / 2) + NormalDist().inv_cdf(power)
