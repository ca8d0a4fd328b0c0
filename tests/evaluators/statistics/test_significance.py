"""Paired comparisons."""

import pytest
from symposia.agents.errors import BadData
from symposia.evaluators.statistics.resampling import permutation_test
from symposia.evaluators.statistics.significance import difference, holm, mcnemar
from symposia.tests.support.samples import rounded

VALUES = (1, 1, 0, 0, 1, 0, 1, 1)
PAIRS = (0, 0, 1, 1, 2, 2, 3, 3)


@pytest.mark.parametrize(("fixed", "broken", "p"), [(15, 6, 0.0784), (6, 15, 0.0784), (0, 0, 1.0), (0, 10, 0.002)])
def test_mcnemar_is_exact(fixed: int, broken: int, p: float) -> None:
    assert round(mcnemar(fixed, broken), 4) == p


def test_few_pairs_are_permuted_exactly() -> None:
    assert permutation_test([0, 0, 1, 1, 0], [1, 1, 1, 1, 1]) == 0.25
    assert permutation_test([0.5, 0.5], [0.5, 0.5]) == 1.0


def test_many_pairs_are_permuted_by_seed() -> None:
    before, after = [0] * 15 + [1] * 6 + [1] * 50, [1] * 15 + [0] * 6 + [1] * 50
    assert permutation_test(before, after) == permutation_test(before, after)
    assert abs(permutation_test(before, after) - mcnemar(15, 6)) < 0.01


def test_a_difference_has_a_width_even_where_nobody_disagrees() -> None:
    assert rounded(difference([1, 1, 0, 0], [1, 1, 0, 0])) == [0.0, -0.3267, 0.3267]
    assert rounded(difference([0] * 15 + [1] * 85, [1] * 15 + [0] * 6 + [1] * 79)) == [0.09, -0.0003, 0.1767]


def test_a_difference_of_clusters_or_of_graded_scores_is_students() -> None:
    assert rounded(difference([0.1, 0.2, 0.3], [0.4, 0.4, 0.4])) == [0.2, -0.0484, 0.4484]
    assert rounded(difference(VALUES, [1] * 8, PAIRS)) == [0.375, -0.3867, 1.1367]


def test_scores_that_are_no_pairs_are_an_error() -> None:
    with pytest.raises(
        BadData, match=r"^paired scores: 1 before and 2 after\. Both need one score for each question\.$"
    ):
        difference([1.0], [1.0, 0.0])


def test_holm_adjusts_in_order_and_never_downwards() -> None:
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == {"a": 0.03, "b": 0.06, "c": 0.06}
    assert holm({"a": 0.9, "b": 0.8}) == {"a": 1.0, "b": 1.0}
