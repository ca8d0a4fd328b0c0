"""Cluster accuracy: an item counts only if every item of its cluster is right.

CulturalBench-Hard asks each source question four times, once for each option, and gives credit for
all four or for none; the mean is over items. A cluster with an unscored member is unscored.
"""

from collections import defaultdict
from collections.abc import Sequence

from ..metric import Estimate, estimate
from ..sample import Sample


def measure(samples: Sequence[Sample]) -> Estimate:
    """The mean over items of the lowest score in the item's cluster, from 0 to 1."""
    clusters: defaultdict[str, list[float | None]] = defaultdict(list)
    for sample in samples:
        clusters[_cluster(sample)].append(sample.score)
    return estimate(samples, [_lowest(clusters[_cluster(sample)]) for sample in samples])


def _cluster(sample: Sample) -> str:
    return f"item {sample.id}" if sample.cluster is None else f"cluster {sample.cluster}"


def _lowest(scores: Sequence[float | None]) -> float | None:
    known = [score for score in scores if score is not None]
    return min(known) if len(known) == len(scores) else None
