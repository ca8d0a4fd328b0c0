"""What a leader is rewarded for. Golden values of the rule with its defaults."""

import pytest
from symposia.trainers.search.leading import Leading


@pytest.mark.parametrize(
    ("score", "other", "elapsed", "reward"),
    [
        (8, 5, 0.0, 0.229861),
        (5, 8, 0.0, 0.358433),
        (9.4, 4, 0.0, 0.725714),
        (4, 9.4, 0.0, 0.957143),
        (2, 9, 0.0, 0.3468),
        (5, 5, 0.0, 0.214521),
        (10, 1, 0.0, 0.019996),
        (8, 5, 0.5, 0.759222),
        (5, 8, 0.5, 0.887794),
        (5, 5, 1.0, 0.638857),
        (8, 5, 1.0, 0.417393),
    ],
)
def test_hard_and_decidable_questions_are_rewarded(score: float, other: float, elapsed: float, reward: float) -> None:
    assert Leading().of(score, other, elapsed) == pytest.approx(reward, abs=2e-6)


def test_a_duel_is_rewarded_by_the_mean_of_both_fighters() -> None:
    assert Leading().reward((9.4, 4.0), 0.0) == pytest.approx(0.841429, abs=1e-6)
