"""The acceptance tests of the reproduction fail when what they name does not hold."""

from typing import Any

import pytest
from symposia.trainers.clarification.acceptance import Made, checks

CONDITIONS = ("scripted, greedy", "scripted, sampled", "learned, greedy")


def made(arm: str, value: float, asks: tuple[float, float, float], tokens: float = 8.0, seed: int = 0) -> Made:
    """A training with the same outcome under all conditions."""
    one: dict[str, Any] = {"success": {"value": value}, "asks": dict(enumerate(asks)), "tokens": tokens}
    return Made(arm, seed, dict.fromkeys(CONDITIONS, one), [(0, 0.45), (40, 0.8), (60, value)])


GOOD = (
    made("sft", 0.46, (0.1, 0.2, 0.2), 4.7),
    made("single", 0.4, (0, 0, 0), 4.0),
    made("mr_grpo", 1.0, (0, 1, 2)),
    made("mr_dpo", 0.98, (0.05, 0.95, 1.95)),
    made("judge", 0.05, (3, 3, 3), 15),
    made("stranger", 0.3, (0, 0, 0), 4),
)


def test_a_reproduction_holds() -> None:
    found = checks(GOOD)
    assert all(check.holds for check in found)
    assert len(found) == 11


@pytest.mark.parametrize(
    ("wrong", "fails"),
    [
        (made("sft", 0.6, (0.1, 0.2, 0.2)), "T1"),
        (made("mr_grpo", 0.9, (0, 1, 2)), "T2"),
        (made("mr_dpo", 1.0, (1, 1, 2)), "T2"),
        (made("mr_grpo", 1.0, (0, 1, 2), tokens=12), "T2"),
        (made("single", 0.7, (0, 0, 0)), "T3"),
        (made("single", 0.4, (0, 0.5, 0.5)), "T3"),
        (made("mr_grpo", 0.6, (0, 1, 2)), "T4"),
        (Made("mr_grpo", 0, GOOD[2].summaries, [(40, 0.6)]), "T5"),
        (made("stranger", 0.9, (0, 1, 2)), "T6"),
        (made("judge", 0.4, (0, 1, 2)), "T6"),
    ],
)
def test_what_does_not_hold_is_named(wrong: Made, fails: str) -> None:
    others = [one for one in GOOD if one.arm != wrong.arm]
    failed = [check.name for check in checks([*others, wrong]) if not check.holds]
    assert any(name.startswith(fails) for name in failed)


def test_one_seed_of_three_may_gain_less() -> None:
    seeds = [
        made(arm, value, (0, 0, 0), seed=seed) for seed in range(3) for arm, value in (("single", 0.4), ("mr_grpo", 1))
    ]
    less = [*seeds[:-1], made("mr_grpo", 0.5, (0, 0, 0), seed=2)]
    gains = [check for check in checks(less) if check.name.startswith("T4")]
    assert [check.holds for check in gains] == [True, True]
    least = [*less[:3], made("mr_grpo", 0.5, (0, 0, 0), seed=1), *less[4:]]
    assert [check.holds for check in checks(least) if check.name.startswith("T4")] == [False, False]
