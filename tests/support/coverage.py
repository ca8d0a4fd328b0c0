"""Simulated experiments, whose truth is known: how often an interval holds it.

A world is drawn for each experiment, so that a share is not that of one lucky rate: near a single rate the coverage of
any interval of a proportion swings by some points with the number of questions.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np
from symposia.evaluators.statistics.intervals import Interval, mean_interval
from symposia.evaluators.statistics.resampling import cluster_bootstrap
from symposia.evaluators.statistics.significance import difference

Random = np.random.Generator
CLUSTER: Final = 4
"""The questions of a cluster, on average."""


class Kind(NamedTuple):
    """A kind of experiment: its name, the numbers of questions, and a draw of an interval with the truth."""

    name: str
    sizes: tuple[int, ...]
    drawn: Callable[[Random, int], tuple[Interval, float]]


def coverage(kind: Kind, size: int, experiments: int = 2000, seed: int = 0) -> float:
    """The share of experiments whose interval holds the truth."""
    random = np.random.default_rng(seed)
    return sum(holds(*kind.drawn(random, size)) for _ in range(experiments)) / experiments


def holds(found: Interval, truth: float) -> bool:
    """True if the truth is within the limits."""
    assert found.low is not None
    assert found.high is not None
    return found.low <= truth <= found.high


def clusters_of(random: Random, size: int) -> "np.ndarray[Any, Any]":
    """A cluster for each question; clusters hold one to seven questions."""
    sizes: list[int] = []
    while sum(sizes) < size:
        sizes.append(int(random.integers(1, 2 * CLUSTER)))
    return np.repeat(np.arange(len(sizes)), sizes)[:size]


def rates(random: Random, clusters: "np.ndarray[Any, Any]", mean: float) -> "np.ndarray[Any, Any]":
    """A rate for each question, the same in a cluster, Beta-distributed about a mean (intraclass correlation 0.25)."""
    return random.beta(3 * mean, 3 * (1 - mean), size=clusters[-1] + 1)[clusters]


def binary(random: Random, size: int) -> tuple[Interval, float]:
    """Independent questions, right or wrong."""
    truth = random.uniform(0.2, 0.9)
    return mean_interval((random.random(size) < truth).astype(float).tolist()), truth


def binary_clustered(random: Random, size: int) -> tuple[Interval, float]:
    """Questions that share passages."""
    truth, clusters = random.uniform(0.2, 0.9), clusters_of(random, size)
    values = (random.random(size) < rates(random, clusters, truth)).astype(float)
    return mean_interval(values.tolist(), clusters.tolist()), truth


def graded(random: Random, size: int) -> tuple[Interval, float]:
    """Scores as those of F1: many of 0 and of 1, the others between."""
    truth = random.uniform(0.3, 0.8)
    return mean_interval(random.beta(truth, 1 - truth, size).round(2).tolist()), truth


def graded_clustered(random: Random, size: int) -> tuple[Interval, float]:
    """Graded scores of questions that share passages."""
    truth, clusters = random.uniform(0.3, 0.8), clusters_of(random, size)
    mean = rates(random, clusters, truth)
    return mean_interval((0.5 * mean + 0.5 * random.beta(truth, 1 - truth, size)).tolist(), clusters.tolist()), truth


def paired(random: Random, mean: "np.ndarray[Any, Any]") -> tuple[list[float], list[float], float, float]:
    """Two systems on the same questions: the second fixes and breaks some of what the first has."""
    fixing, breaking = random.uniform(0.05, 0.4), random.uniform(0.02, 0.2)
    before = random.random(len(mean)) < mean
    change = random.random(len(mean)) < np.where(before, breaking, fixing)
    return before.astype(float).tolist(), (before ^ change).astype(float).tolist(), fixing, breaking


def pairs_binary(random: Random, size: int) -> tuple[Interval, float]:
    """Paired, independent, right or wrong."""
    rate = random.uniform(0.3, 0.8)
    before, after, fixing, breaking = paired(random, np.full(size, rate))
    return difference(before, after), (1 - rate) * fixing - rate * breaking


def pairs_clustered(random: Random, size: int) -> tuple[Interval, float]:
    """Paired, right or wrong, in clusters."""
    rate, clusters = random.uniform(0.3, 0.8), clusters_of(random, size)
    before, after, fixing, breaking = paired(random, rates(random, clusters, rate))
    return difference(before, after, clusters.tolist()), (1 - rate) * fixing - rate * breaking


def pairs_graded(random: Random, size: int) -> tuple[Interval, float]:
    """Paired graded scores."""
    gain, before = random.uniform(-0.1, 0.2), random.beta(0.6, 0.4, size)
    return difference(before.tolist(), (before + random.normal(gain, 0.3, size)).tolist()), gain


def bootstrap(random: Random, size: int) -> tuple[Interval, float]:
    """The cluster bootstrap of a mean."""
    truth, clusters = random.uniform(0.2, 0.9), clusters_of(random, size)
    values = (random.random(size) < rates(random, clusters, truth)).astype(float)
    seed = int(random.integers(1 << 30))
    return cluster_bootstrap(values.tolist(), clusters.tolist(), draws=1000, seed=seed), truth


SIZES: Final = (100, 300, 1000)
KINDS: Final = {
    kind.drawn.__name__: kind
    for kind in (
        Kind("mean of right or wrong (Wilson)", SIZES, binary),
        Kind("mean of right or wrong, clustered (Wilson)", SIZES, binary_clustered),
        Kind("mean of graded scores (Student)", SIZES, graded),
        Kind("mean of graded scores, clustered (Student)", SIZES, graded_clustered),
        Kind("difference of right or wrong (Agresti and Min)", SIZES, pairs_binary),
        Kind("difference of right or wrong, clustered (Student)", SIZES, pairs_clustered),
        Kind("difference of graded scores (Student)", SIZES, pairs_graded),
        Kind("mean, cluster bootstrap (percentiles)", SIZES, bootstrap),
    )
}
