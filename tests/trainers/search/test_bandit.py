"""The bandit. Golden values were computed by hand from the rule."""

from math import exp, log

import pytest
from symposia.trainers.search.bandit import Bandit, even


def test_the_probabilities_are_mixed_with_even_ones() -> None:
    weights = (log(4.0), 0.0, 0.0, 0.0)
    assert Bandit(weights, 0.2).probabilities == pytest.approx((0.507143, 0.164286, 0.164286, 0.164286), abs=5e-7)
    assert Bandit((1000.0, 0.0), 0.0).probabilities == (1.0, 0.0)


@pytest.mark.parametrize(
    ("rewards", "weights"),
    [
        ([(0, 0.294147), (1, 0.841429)], (0.578520, 1.0, 0.431094, 0.431094)),
        ([(0, 0.229861)], (1.0, 0.794644, 0.794644, 0.794644)),
        ([(0, 0.294147)] * 3, (1.0, 0.413772, 0.413772, 0.413772)),
        ([], (1.0, 1.0, 1.0, 1.0)),
    ],
)
def test_rewards_are_weighed_by_how_rarely_an_arm_is_drawn(
    rewards: list[tuple[int, float]], weights: tuple[float, ...]
) -> None:
    after = even(4, mix=0.2).after(rewards)
    assert [exp(weight) for weight in after.weights] == pytest.approx(weights, abs=2e-6)


def test_after_a_round_the_rewarded_are_drawn_more_often() -> None:
    after = even(4, mix=0.2).after([(0, 0.294147), (1, 0.841429)])
    assert after.probabilities == pytest.approx((0.239624, 0.377774, 0.191301, 0.191301), abs=5e-7)
