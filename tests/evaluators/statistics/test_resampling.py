"""The bootstrap."""

from symposia.evaluators.statistics.intervals import Interval
from symposia.evaluators.statistics.resampling import cluster_bootstrap
from symposia.tests.support.samples import rounded

VALUES = (1, 1, 0, 0, 1, 0, 1, 1)
PAIRS = (0, 0, 1, 1, 2, 2, 3, 3)


def test_the_bootstrap_resamples_clusters_and_repeats_with_its_seed() -> None:
    drawn = cluster_bootstrap(VALUES, PAIRS, seed=1)
    assert rounded(drawn) == [0.625, 0.0, 1.0]
    assert drawn == cluster_bootstrap(VALUES, PAIRS, seed=1)
    assert cluster_bootstrap([1.0], [0]) == Interval(1.0, None, None)
