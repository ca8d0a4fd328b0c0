"""weight/evolve."""

from typing import Any

import pytest
import torch
from symposia.agents import Team
from symposia.agents.errors import SymposiaError
from symposia.protocols.weight import evolve
from symposia.tests.support.nearness import Nearness, distance, toward
from symposia.tests.support.said import says


async def test_evolution_finds_the_weights_of_a_mixture(models: dict[str, Any]) -> None:
    pytest.importorskip("cma")
    dev = toward(models, amber=0.2, blue=0.7, coral=0.1)
    team = await evolve.prepare(Team(models), dev, method="linear", iterations=25)
    recipe = team.learned_as(evolve.Recipe)
    assert recipe is not None
    assert [recipe.weights[name][0] for name in models] == pytest.approx([0.2, 0.7, 0.1], abs=0.05)
    assert -(await distance(team.models["merged"], dev.target)) == pytest.approx(recipe.score)


async def test_evolution_is_never_worse_than_where_it_starts(models: dict[str, Any]) -> None:
    pytest.importorskip("cma")
    dev = toward(models, blue=1.0)
    team = await evolve.prepare(
        Team(models), dev, method="task_arithmetic", base="amber", start=(1.0, 0.0), iterations=1, population=4
    )
    recipe = team.learned_as(evolve.Recipe)
    assert recipe is not None
    assert (recipe.weights, recipe.density, recipe.scored) == ({"blue": (1.0,), "coral": (0.0,)}, None, 5)
    assert recipe.score == pytest.approx(0, abs=1e-6)


async def test_weights_are_searched_at_several_depths_and_densities_with_them(models: dict[str, Any]) -> None:
    pytest.importorskip("cma")
    base, blue = models["amber"].parameters, models["blue"].parameters
    target = {name: blue[name] if ".layers.1." in name else base[name] for name in base}
    dev = Nearness(torch.cat([tensor.flatten() for tensor in target.values()]))
    two = {"amber": models["amber"], "blue": models["blue"]}
    options: dict[str, Any] = {"base": "amber", "iterations": 12, "method": "dare_linear", "search_density": True}
    shallow, deep = [await evolve.prepare(Team(two), dev, groups=n, **options) for n in (1, 2)]
    flatter, deeper = shallow.learned_as(evolve.Recipe), deep.learned_as(evolve.Recipe)
    assert flatter is not None
    assert deeper is not None
    assert (len(deeper.weights["blue"]), len(deeper.density or ())) == (2, 2)
    assert deeper.score > flatter.score
    assert deeper.weights["blue"][1] > deeper.weights["blue"][0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"base": "ambr"}, "team: no agent named 'ambr'. Did you mean 'amber'? Known: amber, blue, coral."),
        ({"method": "ties"}, "merge: ties has no base. Name the model that the others were trained from."),
        ({"search_density": True}, "merge: linear: no option named 'density'. Known: normalize, seed, weights."),
        ({"groups": 0}, "weight/evolve.groups: 0 depths. The smallest search has 1."),
        ({"start": (1.0,)}, "weight/evolve.start: 1 weights for 3 models. Give one a model."),
    ],
)
async def test_a_search_without_meaning_is_refused(models: dict[str, Any], options: Any, message: str) -> None:
    with says(SymposiaError, message):
        await evolve.prepare(Team(models), toward(models, blue=1.0), **options)
