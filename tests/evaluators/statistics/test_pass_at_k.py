"""pass@k against published values, and against counting."""

from itertools import combinations

import pytest
from symposia.agents.errors import BadData
from symposia.evaluators.statistics.pass_at_k import mean_pass_at_k, pass_at_k


@pytest.mark.parametrize(("k", "value"), [(1, 0.3), (5, 0.9167), (8, 1.0)])
def test_three_of_ten_as_published(k: int, value: float) -> None:
    assert round(pass_at_k(10, 3, k), 4) == value


def test_it_is_the_share_of_draws_that_hold_a_pass() -> None:
    for passed in range(6):
        samples = [1] * passed + [0] * (5 - passed)
        for k in range(1, 6):
            draws = list(combinations(samples, k))
            assert pass_at_k(5, passed, k) == pytest.approx(sum(map(any, draws)) / len(draws))


def test_the_mean_is_over_items_not_over_samples() -> None:
    assert mean_pass_at_k([(4, 4), (2, 0), (2, 0)], 2) == pytest.approx(1 / 3)


@pytest.mark.parametrize("counts", [(2, 1, 3), (2, 3, 1), (2, 1, 0), (2, -1, 1)])
def test_what_cannot_be_is_refused(counts: tuple[int, int, int]) -> None:
    with pytest.raises(BadData, match=r"^pass@"):
        pass_at_k(*counts)
    with pytest.raises(BadData, match="no items"):
        mean_pass_at_k([], 1)
