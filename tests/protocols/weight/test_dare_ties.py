"""weight/dare_ties."""

from typing import Any

import pytest
import torch
from symposia.agents import Team
from symposia.agents.errors import BadScenario, UnknownName
from symposia.protocols.weight import dare_ties, lorahub
from symposia.tests.support.nearness import distance, flat, toward


async def test_the_average_drops_and_is_the_same_again(models: dict[str, Any]) -> None:
    dev = toward(models, amber=1.0)
    first, second = [await dare_ties.prepare(Team(models), dev) for _ in range(2)]
    assert dev.asked == []
    assert torch.equal(flat(first.models["merged"]), flat(second.models["merged"]))
    assert first.learned == dare_ties.Weights(weights={"blue": 0.5, "coral": 0.5})
    name = "model.layers.0.mlp.up_proj.weight"
    same = first.models["merged"].parameters[name] == models["amber"].parameters[name]
    assert 0.15 < same.float().mean() < 0.35


async def test_optimised_weights_are_never_worse_than_equal_ones(models: dict[str, Any]) -> None:
    dev = toward(models, blue=1.0)
    equal = await dare_ties.prepare(Team(models), dev, density=1.0)
    found = await dare_ties.prepare(Team(models), dev, density=1.0, mode="optimized")
    learned = found.learned_as(dare_ties.Weights)
    assert learned is not None
    assert learned.score is not None
    assert learned.score >= -(await distance(equal.models["merged"], dev.target))
    assert learned.weights["blue"] > 0.5
    assert sum(learned.weights.values()) == pytest.approx(1)


async def test_weights_may_be_found_by_evolution(models: dict[str, Any]) -> None:
    pytest.importorskip("cma")
    dev = toward(models, blue=1.0)
    found = await dare_ties.prepare(Team(models), dev, method="ties", normalize=True, mode="optimized", by="cma")
    learned = found.learned_as(dare_ties.Weights)
    assert learned is not None
    assert learned.score == pytest.approx(-(await distance(found.models["merged"], dev.target)))


def test_positions_become_weights() -> None:
    assert dare_ties.softmax((0.5, -0.5, 1.0)) == pytest.approx((0.331499, 0.121952, 0.546549), abs=1e-6)


@pytest.mark.parametrize("protocol", [dare_ties, lorahub])
async def test_a_base_alone_is_refused(models: dict[str, Any], protocol: Any) -> None:
    with pytest.raises(BadScenario, match=r"a team of one\. It needs a base and a model that was trained from it\.$"):
        await protocol.prepare(Team({"amber": models["amber"]}), toward(models, amber=1.0))


async def test_a_base_that_is_no_member_is_an_error(models: dict[str, Any]) -> None:
    with pytest.raises(UnknownName, match="no agent named 'ambr'"):
        await dare_ties.prepare(Team(models), toward(models, amber=1.0), base="ambr")
