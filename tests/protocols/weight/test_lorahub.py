"""weight/lorahub."""

from pathlib import Path
from typing import Any

import pytest
import torch
from symposia.agents import Team
from symposia.agents.errors import BadScenario
from symposia.agents.loading import load
from symposia.protocols.weight import lorahub
from symposia.tests.support.nearness import Nearness, distance, flat
from symposia.tests.support.tiny import adapter


@pytest.fixture(scope="module")
def adapted(folder: Path, models: dict[str, Any]) -> dict[str, Any]:
    base = folder / "amber"
    settings = [{"seed": 1, "r": 4}, {"seed": 2, "r": 2}, {"seed": 3, "r": 4, "lora_alpha": 8}]
    urls = [f"hf:{base}+{adapter(base, folder / f'lora-{n}', **s)}" for n, s in enumerate(settings)]
    return {"amber": models["amber"], **{f"lora-{n}": load(url) for n, url in enumerate(urls)}}


@pytest.mark.parametrize("by", ["swarm", "cma"])
async def test_changes_are_added_up_and_never_worse_than_none(adapted: dict[str, Any], by: Any) -> None:
    if by == "cma":
        pytest.importorskip("cma")
    base = flat(adapted["amber"])
    dev = Nearness(base + 0.8 * (flat(adapted["lora-0"]) - base))
    found = await lorahub.prepare(Team(adapted), dev, by=by, iterations=8, penalty=0.0)
    learned = found.learned_as(lorahub.Weights)
    assert learned is not None
    assert learned.value > -(await distance(adapted["amber"], dev.target))
    assert max(map(abs, learned.weights.values())) <= 1.5
    assert found.models["mixed"].engine is adapted["amber"].engine


async def test_no_weights_are_the_base_itself(adapted: dict[str, Any]) -> None:
    found = await lorahub.prepare(Team(adapted), Nearness(flat(adapted["amber"])), iterations=2)
    assert found.models["mixed"] is adapted["amber"]
    assert found.learned == lorahub.Weights(weights={"lora-0": 0, "lora-1": 0, "lora-2": 0}, value=0)


def test_the_penalty_is_the_mean_size_of_the_weights() -> None:
    assert 1 - 0.6 + 0.05 * lorahub.mean_size((1.5, -0.5, 0.0)) == pytest.approx(0.4333333)


async def test_factors_are_averaged_where_they_match(adapted: dict[str, Any]) -> None:
    team = Team({"amber": adapted["amber"], "lora-0": adapted["lora-0"]})
    base = flat(adapted["amber"])
    dev = Nearness(base + 4 * (flat(adapted["lora-0"]) - base))
    found = await lorahub.prepare(team, dev, space="factors", iterations=1, population=1)
    assert torch.equal(flat(found.models["mixed"]), base)
    with pytest.raises(BadScenario, match=r"differ in modules, rank or scale\. Mix them in product space\.$"):
        await lorahub.prepare(Team(adapted), dev, space="factors", iterations=1)
