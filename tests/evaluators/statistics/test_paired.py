"""The paired test that fits."""

from symposia.evaluators.statistics.paired import paired_test


def test_binary_scores_are_tested_by_mcnemar() -> None:
    # Twice the chance of at most 6 heads in 21 throws: 2 * 82160 / 2^21, 82160 being C(21, 0) + .. + C(21, 6).
    before, after = [0] * 15 + [1] * 6 + [1] * 50, [1] * 15 + [0] * 6 + [1] * 50
    tested = paired_test(before, after)
    assert (round(tested.p, 6), tested.test) == (0.078354, "mcnemar")


def test_graded_scores_are_permuted() -> None:
    # Differences .5, .5, .2 and -.1: of 16 sign patterns four have a sum of at least 1.1 or at most -1.1.
    tested = paired_test([0.0, 0.5, 0.2, 0.6], [0.5, 1.0, 0.4, 0.5])
    assert tested == (0.25, "permutation")


def test_items_of_a_cluster_are_permuted_together() -> None:
    before, after = (1, 1, 0, 0, 1, 0, 1, 1), (1,) * 8
    # Four clusters with sums 0, 2, 1 and 0: of |±2 ±1| two in four are 3. Alone, three items of 1: two in eight.
    assert paired_test(before, after, (0, 0, 1, 1, 2, 2, 3, 3)) == (0.5, "permutation")
    assert paired_test(before, after) == (0.25, "mcnemar")


def test_clusters_of_one_are_no_clusters() -> None:
    assert paired_test([0, 0, 1], [1, 1, 1], ["a", "b", None]) == (0.5, "mcnemar")
