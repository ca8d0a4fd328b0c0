"""weight/expo."""

from typing import Any

import pytest
import torch
from symposia.agents import Team
from symposia.agents.errors import BadScenario
from symposia.protocols.weight import expo
from symposia.tests.support.nearness import Number, Utility, flat, toward
from symposia.tests.support.said import says


async def test_a_chosen_step_leads_beyond_the_better_model(models: dict[str, Any]) -> None:
    dev = toward(models, blue=1.3, amber=-0.3)
    pair = {name: models[name] for name in ("amber", "blue")}
    team = await expo.prepare(Team(pair), dev, alphas=(0.1, 0.3, 0.5))
    assert team.learned == expo.Step(sources=("amber",), targets=("blue",), alpha=0.3)
    assert torch.allclose(flat(team.models["extrapolated"]), dev.target, atol=1e-5)


async def test_no_step_is_a_candidate_and_is_the_better_model_itself(models: dict[str, Any]) -> None:
    team = await expo.prepare(Team(models), toward(models, blue=1.0), alphas=(0.3,))
    assert team.models["extrapolated"] is models["blue"]


@pytest.mark.parametrize(("alpha", "expected"), [(0.3, 1.325), (0.0, 1.25), (-1.0, 1.0)])
async def test_a_step_of_a_number(alpha: float, expected: float) -> None:
    models: Any = {"sft": Number(1.0), "dpo": Number(1.25)}
    dev = Utility(lambda value: value)
    team = await expo.prepare(Team(models), dev, mode="pairs", pairs={"sft": "dpo"}, alpha=alpha)
    assert float(flat(team.models["extrapolated"])) == pytest.approx(expected, abs=1e-12)
    assert (team.models["extrapolated"] is models["dpo"]) == (alpha == 0)


async def test_the_means_of_the_best_and_of_the_worst(models: dict[str, Any]) -> None:
    team = await expo.prepare(Team(models), toward(models, blue=1.0), mode="topk_bottomk", alpha=-1.0)
    learned = team.learned_as(expo.Step)
    assert learned is not None
    assert learned.targets == ("blue",)
    assert torch.allclose(flat(team.models["extrapolated"]), flat(models[learned.sources[0]]), atol=1e-6)


@pytest.mark.parametrize(("select", "source"), [("target", "coral"), ("source", "blue"), ("gain", "coral")])
async def test_the_pair_is_chosen_by_dev(models: dict[str, Any], select: Any, source: str) -> None:
    dev = toward(models, amber=0.5, blue=0.4, coral=0.1)
    pairs = {"blue": "coral", "coral": "blue"}
    team = await expo.prepare(Team(models), dev, mode="pairs", pairs=pairs, select=select)
    learned = team.learned_as(expo.Step)
    assert learned is not None
    assert learned.sources == (source,)


async def test_one_model_has_no_direction(models: dict[str, Any]) -> None:
    with says(BadScenario, "weight/expo: one model has no other to go from. Name two at least."):
        await expo.prepare(Team({"amber": models["amber"]}), toward(models, amber=1.0))


@pytest.mark.parametrize(("k", "beyond"), [(1, 5.5), (2, 4.5)])
async def test_so_many_of_the_worst_and_of_the_best_are_taken(k: int, beyond: float) -> None:
    models: Any = {"two": Number(2.0), "four": Number(4.0), "one": Number(1.0), "three": Number(3.0)}
    team = await expo.prepare(Team(models), Utility(lambda value: value), mode="topk_bottomk", k=k, alpha=0.5)
    learned = team.learned_as(expo.Step)
    assert learned is not None
    # From the worst to the best and half as far again: of 1, 2 and 3, 4 the means are 1.5 and 3.5.
    assert learned.targets == ("four", "three")[:k]
    assert learned.sources == ("two", "one")[-k:]
    assert float(flat(team.models["extrapolated"])) == pytest.approx(beyond)
