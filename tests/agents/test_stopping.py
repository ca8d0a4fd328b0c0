"""Rules for when a vote is settled, against their exact values."""

from collections.abc import Callable
from functools import cache

import pytest
from symposia.agents.stopping import beta, certain, evidence, two_largest

Settles = Callable[[int, int, int], bool]


@pytest.mark.parametrize(
    ("first", "second", "probability"),
    [(1, 0, 3 / 4), (3, 0, 15 / 16), (4, 0, 31 / 32), (5, 1, 0.9375), (6, 1, 0.9648), (7, 2, 0.9453), (9, 9, 0.5)],
)
def test_beta_is_the_exact_probability(first: int, second: int, probability: float) -> None:
    assert beta(first, second) == pytest.approx(probability, abs=5e-5)


@pytest.mark.parametrize(
    ("sure", "least"),
    [
        (0.90, [3, 5, 6, 8, 9, 11, 12, 13, 15, 16, 17, 19, 20]),
        (0.95, [4, 6, 8, 9, 11, 12, 14, 15, 17, 18, 19, 21, 22]),
        (0.99, [6, 9, 11, 13, 14, 16, 18, 19, 21, 23, 24, 26, 27]),
    ],
)
def test_beta_stops_at_these_counts(sure: float, least: list[int]) -> None:
    assert [next(n for n in range(99) if beta(n, second) >= sure) for second in range(13)] == least


def test_evidence_stops_at_these_counts() -> None:
    assert [next(n for n in range(99) if evidence(n, second) >= 20) for second in range(5)] == [8, 11, 14, 16, 18]
    assert (evidence(8, 0), evidence(7, 0)) == (pytest.approx(28.444, abs=5e-4), 16)


def simulated(p: float, settles: Settles, most: int = 40) -> tuple[float, float]:
    """Exact mean calls, and the probability that the better of two answers wins, a tie half."""

    @cache
    def on(better: int, worse: int) -> tuple[float, float]:
        first, second = max(better, worse), min(better, worse)
        left = most - better - worse
        if left == 0 or (first and settles(first, second, left)):
            return 0.0, 1.0 if better > worse else 0.5 if better == worse else 0.0
        up, down = on(better + 1, worse), on(better, worse + 1)
        return 1 + p * up[0] + (1 - p) * down[0], p * up[1] + (1 - p) * down[1]

    return on(0, 0)


@pytest.mark.parametrize(
    ("p", "by_beta", "by_certain", "by_evidence"),
    [
        (0.5, (28.714, 0.5), 36.734, (39.492, 0.5)),
        (0.6, (24.161, 0.8756), 34.362, (38.299, 0.8978)),
        (0.7, (15.114, 0.9851), 29.982, (32.704, 0.9956)),
        (0.8, (8.718, 0.9981), 26.250, (21.840, 1.0)),
        (0.9, (5.622, 0.9999), 23.333, (12.691, 1.0)),
        (1.0, (4.0, 1.0), 21.0, (8.0, 1.0)),
    ],
)
def test_rules_cost_and_are_right_as_computed(
    p: float, by_beta: tuple[float, float], by_certain: float, by_evidence: tuple[float, float]
) -> None:
    assert simulated(p, lambda a, b, left: beta(a, b) >= 0.95) == pytest.approx(by_beta, abs=6e-4)
    assert simulated(p, lambda a, b, left: evidence(a, b) >= 20) == pytest.approx(by_evidence, abs=6e-4)
    calls, right = simulated(p, certain)
    assert calls == pytest.approx(by_certain, abs=6e-4)
    assert right == pytest.approx(simulated(p, lambda a, b, left: False)[1])


def test_what_could_not_be_read_is_not_counted() -> None:
    assert two_largest([None, "4", None, "5", "4"]) == (2, 1)
    assert two_largest([None]) == (0, 0)
