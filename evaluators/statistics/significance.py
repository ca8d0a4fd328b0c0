"""Paired significance tests and intervals for two systems on the same questions.

All functions take paired scores, item by item. The caller leaves out items without a score from both.
"""

from collections.abc import Hashable, Mapping, Sequence
from math import comb, sqrt
from statistics import NormalDist, fmean

from ...agents.errors import BadData
from .intervals import Interval, degrees_of_freedom, standard_error, student


def mcnemar(fixed: int, broken: int) -> float:
    """The exact two-sided p-value of McNemar's test.

    `fixed` items are correct only with the second system, `broken` ones only with the first: 15 and 6 give 0.0784.
    """
    if fixed < 0 or broken < 0:
        raise BadData(f"mcnemar: {fixed} and {broken} are not counts. Give two numbers of at least 0.")
    trials, fewer = fixed + broken, min(fixed, broken)
    tail = sum(comb(trials, k) for k in range(fewer + 1))
    return min(1.0, 2 * tail / (1 << trials))


def difference(
    before: Sequence[float],
    after: Sequence[float],
    clusters: Sequence[Hashable | None] | None = None,
    confidence: float = 0.95,
) -> Interval:
    """The mean of the paired differences after - before, with its confidence interval.

    Binary scores without clusters: Agresti and Min 2005 (half an observation is added to each cell, so that it has a
    width even where the systems never disagree), clipped to [-1, 1]. Otherwise Student's interval of the differences,
    over clusters.
    """
    gaps = _differences(before, after)
    if not gaps:
        return Interval(None, None, None)
    together = any(cluster is not None for cluster in clusters or ())
    if not together and all(score in (0, 1) for score in (*before, *after)):
        return _agresti_min(gaps, confidence)
    return student(fmean(gaps), standard_error(gaps, clusters), degrees_of_freedom(len(gaps), clusters), confidence)


def _agresti_min(gaps: Sequence[float], confidence: float) -> Interval:
    fixed, broken = gaps.count(1) + 0.5, gaps.count(-1) + 0.5
    total = len(gaps) + 2
    middle = (fixed - broken) / total
    error = sqrt(fixed + broken - (fixed - broken) ** 2 / total) / total
    half = NormalDist().inv_cdf((1 + confidence) / 2) * error
    return Interval(fmean(gaps), max(-1.0, middle - half), min(1.0, middle + half))


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """P-values adjusted for multiple tests, Holm 1979, with the same names in the same order."""
    _check_p_values(p_values, "holm")
    adjusted: dict[str, float] = {}
    largest = 0.0
    for rank, name in enumerate(sorted(p_values, key=p_values.__getitem__)):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[name]))
        adjusted[name] = largest
    return {name: adjusted[name] for name in p_values}


def benjamini_hochberg(p_values: Mapping[str, float]) -> dict[str, float]:
    """P-values adjusted for the share of false discoveries, Benjamini and Hochberg 1995, in the same order.

    >>> benjamini_hochberg({"a": 0.01, "b": 0.04, "c": 0.03})
    {'a': 0.03, 'b': 0.04, 'c': 0.04}
    """
    _check_p_values(p_values, "benjamini_hochberg")
    adjusted: dict[str, float] = {}
    least = 1.0
    for rank, name in reversed(list(enumerate(sorted(p_values, key=p_values.__getitem__), 1))):
        least = min(least, len(p_values) / rank * p_values[name])
        adjusted[name] = least
    return {name: adjusted[name] for name in p_values}


def _check_p_values(p_values: Mapping[str, float], where: str) -> None:
    if wrong := [name for name, p in p_values.items() if not 0 <= p <= 1]:
        raise BadData(f"{where}: {wrong[0]} is {p_values[wrong[0]]}, which is not a p-value. Give numbers from 0 to 1.")


def _differences(before: Sequence[float], after: Sequence[float]) -> list[float]:
    if len(before) != len(after):
        raise BadData(
            f"paired scores: {len(before)} before and {len(after)} after. Both need one score for each question."
        )
    return [second - first for first, second in zip(before, after, strict=True)]
