"""Weights on the simplex."""

import pytest
from symposia.trainers.search.simplex import best_weights, moved


async def test_a_search_finds_the_top_of_a_hill() -> None:
    async def score(weights: tuple[float, ...]) -> float:
        return -sum((weight - best) ** 2 for weight, best in zip(weights, (0.7, 0.3, 0.0), strict=True))

    found = await best_weights(3, score, tries=60)
    assert found.weights == pytest.approx((0.7, 0.3, 0.0), abs=0.05)
    assert len(found.tried) <= 60


async def test_equal_weights_win_a_tie() -> None:
    async def score(_: tuple[float, ...]) -> float:
        return 1.0

    assert (await best_weights(4, score, tries=10)).weights == (0.25, 0.25, 0.25, 0.25)


def test_a_step_away_from_a_corner_stays_a_distribution() -> None:
    assert moved((0.5, 0.5), (1.0, 0.0), 0.5) == (0.75, 0.25)
    assert moved((0.5, 0.5), (1.0, 0.0), -0.5) == (0.25, 0.75)
    assert moved((0.1, 0.9), (1.0, 0.0), -0.5) == (0.0, 1.0)
