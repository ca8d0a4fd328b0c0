"""Tests and intervals by resampling, without assumptions about the distribution of scores."""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from itertools import product
from math import sqrt
from statistics import NormalDist, fmean

import numpy as np

from ...agents.errors import BadData
from .intervals import Interval
from .student_t import quantile

_BLOCK = 512  # resamples drawn at once: bounds memory at _BLOCK x clusters numbers


def cluster_bootstrap(
    values: Sequence[float],
    clusters: Sequence[Hashable] | None = None,
    confidence: float = 0.95,
    draws: int = 10_000,
    seed: int = 0,
) -> Interval:
    """The mean with expanded percentile bootstrap limits over clusters; `clusters` None is one for each item.

    Plain percentiles are too narrow for few clusters, as they miss both Student's quantile and the factor C / (C - 1);
    Hesterberg 2015 (https://arxiv.org/abs/1411.5279, section 4.2) takes percentiles further out, of the normal tail
    beyond sqrt(C / (C - 1)) * t.
    """
    if not values:
        return Interval(None, None, None)
    sums, sizes = _totals(values, clusters)
    if len(sums) < 2:
        return Interval(fmean(values), None, None)
    random = np.random.default_rng(seed)
    means = []
    for start in range(0, draws, _BLOCK):
        chosen = random.integers(len(sums), size=(min(_BLOCK, draws - start), len(sums)))
        means.append(sums[chosen].sum(axis=1) / sizes[chosen].sum(axis=1))
    tail = expanded_tail(confidence, len(sums))
    low, high = np.quantile(np.concatenate(means), [tail, 1 - tail])
    return Interval(fmean(values), float(low), float(high))


def expanded_tail(confidence: float, clusters: int) -> float:
    """The share of resamples beyond each limit, for so many clusters.

    >>> round(expanded_tail(0.95, 10), 4), round(expanded_tail(0.95, 10_000), 4)
    (0.0086, 0.025)
    """
    reach = sqrt(clusters / (clusters - 1)) * quantile(confidence, clusters - 1)
    return NormalDist().cdf(-reach)


def permutation_test(
    before: Sequence[float],
    after: Sequence[float],
    clusters: Sequence[Hashable | None] | None = None,
    draws: int = 10_000,
    seed: int = 0,
) -> float:
    """The two-sided p-value of the mean paired difference, by random sign flips; a cluster's signs flip together.

    Exact where there are at most `draws` sign patterns; otherwise (1 + as extreme) / (1 + draws), which is never 0.
    """
    if len(before) != len(after):
        raise BadData(
            f"paired scores: {len(before)} before and {len(after)} after. Both need one score for each question."
        )
    gaps = _gaps(before, after, clusters)
    observed = abs(gaps.sum()) - 1e-9  # so that equal sums in another order of addition stay equal
    if 2 ** len(gaps) <= draws:
        signs = np.array(list(product((-1.0, 1.0), repeat=len(gaps))))
        return float(np.mean(np.abs(signs @ gaps) >= observed))
    random = np.random.default_rng(seed)
    extreme = 0
    for start in range(0, draws, _BLOCK):
        signs = random.choice([-1.0, 1.0], size=(min(_BLOCK, draws - start), len(gaps)))
        extreme += int(np.count_nonzero(np.abs(signs @ gaps) >= observed))
    return (1 + extreme) / (1 + draws)


def _gaps(
    before: Sequence[float], after: Sequence[float], clusters: Sequence[Hashable | None] | None
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """The sum of the paired differences in each cluster, None being an item on its own; sums of 0 are left out."""
    sums: defaultdict[Hashable, float] = defaultdict(float)
    for position, (one, two) in enumerate(zip(before, after, strict=True)):
        cluster = clusters[position] if clusters else None
        sums[("item", position) if cluster is None else ("cluster", cluster)] += two - one
    return np.array([gap for gap in sums.values() if gap], dtype=float)


def _totals(
    values: Sequence[float], clusters: Sequence[Hashable] | None
) -> "tuple[np.ndarray[tuple[int], np.dtype[np.float64]], np.ndarray[tuple[int], np.dtype[np.float64]]]":
    """The sum of values and the number of items in each cluster."""
    members: defaultdict[Hashable, list[float]] = defaultdict(list)
    for value, cluster in zip(values, range(len(values)) if clusters is None else clusters, strict=True):
        members[cluster].append(value)
    sums = np.array([sum(group) for group in members.values()], dtype=float)
    return sums, np.array([len(group) for group in members.values()], dtype=float)
