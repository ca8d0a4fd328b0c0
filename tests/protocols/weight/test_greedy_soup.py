"""weight/greedy_soup."""

from typing import Any

import pytest
import torch
from symposia.agents import Team
from symposia.protocols.weight import greedy_soup
from symposia.tests.support.nearness import Number, Utility, flat, toward
from symposia.trainers.merging import average


async def test_a_soup_keeps_what_helps_and_leaves_out_what_hurts(models: dict[str, Any]) -> None:
    target = average([models["amber"], models["blue"]], name="target")
    soup = await greedy_soup.prepare(Team(models), toward(models, amber=0.5, blue=0.5))
    assert list(soup) == ["soup"]
    for name, tensor in soup.models["soup"].parameters.items():
        assert torch.allclose(tensor, target.parameters[name], atol=1e-6)


async def souped(score: Any) -> tuple[float, Utility]:
    dev = Utility(score)
    models: Any = {"one": Number(1.0), "three": Number(3.0), "ten": Number(10.0)}
    team = await greedy_soup.prepare(Team(models), dev)
    return float(flat(team.models["soup"])), dev


async def test_a_soup_keeps_what_does_not_hurt_it() -> None:
    soup, dev = await souped(lambda value: -abs(value - 2.2))
    assert soup == 2.0
    assert dev.scored == pytest.approx({1.0: -1.2, 3.0: -0.8, 10.0: -7.8, 2.0: -0.2, 4.666667: -2.4666667})


async def test_a_soup_of_equals_is_their_mean() -> None:
    assert (await souped(lambda _: 0.5))[0] == pytest.approx(14 / 3)
