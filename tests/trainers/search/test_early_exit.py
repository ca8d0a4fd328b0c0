"""Stopping early decides the same."""

from collections.abc import Sequence
from typing import Any

import pytest
from symposia.agents import Sampling, Team
from symposia.agents.context import Context
from symposia.evaluators.dev import Dev
from symposia.evaluators.evaluator import Evaluator
from symposia.evaluators.task import Item
from symposia.protocols.weight import dare_ties, expo, greedy_soup, lorahub, model_swarms
from symposia.tests.support.nearness import flat
from symposia.tests.support.tasks import Lottery, lottery
from symposia.trainers.search.motion import Motion


class Whole(Dev):
    """A dev split whose bounds nobody knows, so that all of it is asked."""

    def __init__(self, evaluator: Evaluator, items: Sequence[Item]) -> None:
        super().__init__(evaluator, items)
        self.bounds = None


PREPARED: dict[str, tuple[Any, dict[str, Any]]] = {
    "greedy_soup": (greedy_soup, {}),
    "expo": (expo, {"alphas": (0.1, 0.2, 0.4)}),
    "lorahub": (lorahub, {"population": 4, "iterations": 5}),
    "dare_ties": (dare_ties, {"mode": "optimized", "population": 3, "motion": Motion(iterations=3)}),
    "model_swarms": (model_swarms, {"population": 4, "motion": Motion(iterations=4)}),
    "domains": (model_swarms, {"utility": "domains", "population": 4, "motion": Motion(iterations=4)}),
    "original": (model_swarms, {"motion": Motion(like="original", iterations=4), "population": 4}),
    "dropping": (model_swarms, {"motion": Motion(iterations=5, drop_one=0.4), "population": 4}),
}


@pytest.mark.parametrize("salt", ["x", "y"])
@pytest.mark.parametrize("name", sorted(PREPARED))
async def test_stopping_early_decides_the_same_and_asks_less(name: str, salt: str, models: dict[str, Any]) -> None:
    protocol, options = PREPARED[name]
    found = []
    for kind in (Dev, Whole):
        shared = Context(sampling=Sampling(max_tokens=2))
        dev = kind(Evaluator(Lottery()), lottery(24, salt))
        found.append((await protocol.prepare(Team(models, context=shared), dev, **options), len(shared.trace)))
    (early, fewer), (whole, all_asked) = found
    (one,), (other,) = early.models.values(), whole.models.values()
    assert (flat(one) == flat(other)).all()
    assert fewer < all_asked
    if protocol is not model_swarms:
        assert early.learned == whole.learned
        return
    kept, full = early.learned, whole.learned
    assert any(kept.stopped)
    assert not any(full.stopped)
    for field in ("coefficients", "g", "g_worst", "starts", "bests"):
        assert getattr(kept, field) == getattr(full, field)
    for scores, exact, stopped in zip(kept.particles, full.particles, kept.stopped, strict=True):
        for number, (score, true) in enumerate(zip(scores, exact, strict=True)):
            assert score >= true if number in stopped else score == true


@pytest.mark.parametrize("rule", ["moco", "numeric"])
async def test_rules_that_compare_last_scores_have_all_of_them(rule: Any, models: dict[str, Any]) -> None:
    dev = Dev(Evaluator(Lottery()), lottery(12))
    team = await model_swarms.prepare(
        Team(models, context=Context(sampling=Sampling(max_tokens=2))), dev, motion=Motion(rule=rule, iterations=3)
    )
    learned = team.learned_as(model_swarms.Scratchpad)
    assert learned is not None
    assert not any(learned.stopped)


async def test_early_exit_can_be_switched_off(models: dict[str, Any]) -> None:
    dev = Dev(Evaluator(Lottery()), lottery(12))
    shared = Context(sampling=Sampling(max_tokens=2))
    team = await model_swarms.prepare(Team(models, context=shared), dev, motion=Motion(iterations=3), early_exit=False)
    assert len(shared.trace) == 2 * 12 * 9
    assert team.learned_as(model_swarms.Scratchpad)
