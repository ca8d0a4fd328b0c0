"""Confidence intervals of means: Wilson's for binary scores, Student's for graded ones.

Items that share a cluster (a passage, a source question) are not independent: clusters widen the
interval (Miller 2024, https://arxiv.org/abs/2411.00640). Everything here is a pure function.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist, fmean

from ...agents.errors import BadData
from .student_t import quantile


@dataclass(frozen=True)
class Interval:
    """An estimate with its confidence limits; `value` is None for no data, the limits for too little.

    >>> mean_interval([1, 0, 1, 1])
    Interval(value=0.75, low=0.30..., high=0.95...)
    """

    value: float | None
    low: float | None
    high: float | None


def wilson(right: float, trials: float, confidence: float = 0.95) -> Interval:
    """Wilson's score interval of a proportion, Wilson 1927; `trials` may be an effective number.

    9 of 57 gives 0.085 to 0.274. Unlike the Wald interval, it has a width at 0 and at 1.
    """
    if not 0 <= right <= trials or trials <= 0:
        raise BadData(f"wilson: {right} of {trials} is not a share. Give 0 <= right <= trials, and at least one trial.")
    return _score_interval(right / trials, trials, NormalDist().inv_cdf((1 + confidence) / 2))


def _score_interval(share: float, trials: float, z: float) -> Interval:
    """Wilson's interval for a share of so many trials, with a quantile."""
    middle = (share + z**2 / (2 * trials)) / (1 + z**2 / trials)
    half = z / (1 + z**2 / trials) * sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2))
    return Interval(share, min(share, max(0.0, middle - half)), max(share, min(1.0, middle + half)))


def standard_error(values: Sequence[float], clusters: Sequence[Hashable | None] | None = None) -> float | None:
    """The standard error of the mean; None for fewer than two clusters.

    sqrt(sum over clusters of (sum of deviations)^2 * C / (C - 1)) / n, which with one item in each
    cluster is the usual s / sqrt(n). A cluster of None stands for an item on its own.
    """
    sums = _cluster_sums(values, clusters)
    if len(sums) < 2:
        return None
    return sqrt(sum(total**2 for total in sums) * len(sums) / (len(sums) - 1)) / len(values)


def mean_interval(
    values: Sequence[float], clusters: Sequence[Hashable | None] | None = None, confidence: float = 0.95
) -> Interval:
    """The mean and its confidence interval: Wilson's if every value is 0 or 1, else Student's.

    With clusters, Wilson's uses the effective number of items, p (1 - p) / se^2, which lies
    between one and the number of items, and Student's quantile, as its standard error is
    estimated from clusters; degrees of freedom are one less than the effective number of clusters.
    """
    if not values:
        return Interval(None, None, None)
    error = standard_error(values, clusters)
    count, freedom = len(_cluster_sums(values, clusters)), degrees_of_freedom(len(values), clusters)
    if all(value in (0, 1) for value in values):
        mean = fmean(values)
        if count == len(values) or mean in (0, 1) or not error:
            return wilson(mean * count, count, confidence)
        effective = min(float(len(values)), max(1.0, mean * (1 - mean) / error**2))
        return _score_interval(mean, effective, quantile(confidence, freedom))
    return student(fmean(values), error, freedom, confidence)


def graded_interval(values: Sequence[float], clusters: Sequence[Hashable | None] | None = None) -> Interval:
    """The mean of ratings and its 95 % interval, Student's: on a scale from 1 on, a rating of 1 is no success."""
    if not values:
        return Interval(None, None, None)
    return student(fmean(values), standard_error(values, clusters), degrees_of_freedom(len(values), clusters))


def score_interval(
    values: Sequence[float], clusters: Sequence[Hashable | None] | None = None, *, graded: bool
) -> Interval:
    """The mean score and its 95 % interval; `graded` scores are those of another range than from 0 to 1.

    >>> score_interval([1.0, 1.0, 1.0], graded=True)
    Interval(value=1.0, low=1.0, high=1.0)
    """
    return graded_interval(values, clusters) if graded else mean_interval(values, clusters)


def student(value: float, error: float | None, freedom: int, confidence: float = 0.95) -> Interval:
    """Student's interval: value ± t * error; without limits where the error is None."""
    if error is None:
        return Interval(value, None, None)
    half = quantile(confidence, freedom) * error
    return Interval(value, value - half, value + half)


def degrees_of_freedom(items: int, clusters: Sequence[Hashable | None] | None = None) -> int:
    """One less than the effective number of clusters, (sum of sizes)^2 / sum of squared sizes, but at least 1.

    Of 4 clusters, one of which has most items, the standard error is not known as well as by 4 equal ones.

    >>> degrees_of_freedom(4), degrees_of_freedom(6, [1, 1, 2, 2, 3, 3]), degrees_of_freedom(6, [1, 1, 1, 1, 2, 3])
    (3, 2, 1)
    """
    sizes = Counter(("item", at) if name is None else ("cluster", name) for at, name in enumerate(clusters or ()))
    squares = sum(size**2 for size in sizes.values()) if sizes else items
    return max(1, round(items**2 / squares) - 1)


def _cluster_sums(values: Sequence[float], clusters: Sequence[Hashable | None] | None) -> list[float]:
    """The sum of deviations from the mean in every cluster."""
    mean = fmean(values) if values else 0.0
    sums: defaultdict[Hashable, float] = defaultdict(float)
    for position, (value, cluster) in enumerate(zip(values, clusters or [None] * len(values), strict=True)):
        sums[("item", position) if cluster is None else ("cluster", cluster)] += value - mean
    return list(sums.values())
