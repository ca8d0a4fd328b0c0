"""weight/merge."""

from typing import Any

import pytest
import torch
from symposia.agents import Team
from symposia.agents.errors import UnknownName
from symposia.protocols.weight import merge
from symposia.tests.support.nearness import flat
from symposia.trainers.merging.methods import METHODS

NONE: Any = None


@pytest.mark.parametrize("method", METHODS)
async def test_every_row_of_the_table_is_a_method_of_the_protocol(models: dict[str, Any], method: str) -> None:
    two = {"amber": models["amber"], "blue": models["blue"]}
    based = None if method in ("linear", "slerp", "multislerp", "karcher") else "amber"
    team = await merge.prepare(Team(two), NONE, method=method, base=based)
    assert list(team) == ["merged"]
    assert torch.isfinite(flat(team.models["merged"])).all()


async def test_a_merge_has_its_settings_and_its_base(models: dict[str, Any]) -> None:
    team = await merge.prepare(
        Team(models), NONE, method="task_arithmetic", base="amber", settings={"weights": (0.5, 0.25)}
    )
    base, blue, coral = (flat(models[name]) for name in models)
    expected = base + 0.5 * (blue - base) + 0.25 * (coral - base)
    assert torch.allclose(flat(team.models["merged"]), expected, atol=1e-6)


async def test_settings_may_change_with_depth(models: dict[str, Any]) -> None:
    two = {"amber": models["amber"], "blue": models["blue"]}
    team = await merge.prepare(Team(two), NONE, method="slerp", depth={"t": (0.0, 1.0)})
    merged = team.models["merged"].parameters
    for layer, owner in ((0, "amber"), (1, "blue")):
        name = f"model.layers.{layer}.mlp.up_proj.weight"
        assert torch.allclose(merged[name], models[owner].parameters[name], atol=1e-6)


async def test_an_unknown_method_is_named_with_what_is_near(models: dict[str, Any]) -> None:
    with pytest.raises(UnknownName, match=r"^merge: no merging method named 'tie'\. Did you mean 'ties'\?"):
        await merge.prepare(Team(models), NONE, method="tie")
