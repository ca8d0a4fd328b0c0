"""Merges as protocols: by any row of the table, by evolution, and written as a checkpoint."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from symposia.agents import Team
from symposia.agents.errors import SymposiaError, UnknownName
from symposia.agents.load import load
from symposia.agents.models.pocket import path
from symposia.protocols.weight import evolve, merge
from symposia.trainers.merging.methods import METHODS
from transformers import AutoModelForCausalLM

from .command import inside
from .said import says
from .test_weights import Nearness, distance, flat, toward
from .tiny import llama

NONE: Any = None


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("models")
    return {name: load(f"hf:{llama(folder / name, seed=seed)}") for seed, name in enumerate(("amber", "blue", "coral"))}


# weight/merge


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
    with pytest.raises(UnknownName, match=r"^no merging method named 'tie'\. Did you mean 'ties'\?"):
        await merge.prepare(Team(models), NONE, method="tie")


# weight/evolve


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


# symposia export


def test_the_model_of_a_run_is_exported_and_is_the_model_of_the_run(tmp_path: Path) -> None:
    few = ("--limit", "2", "--set", "task.dev_limit=2")
    assert inside("run", "greedy_soup", *few, "--out", "run", folder=tmp_path).code == 0
    done = inside("export", "run", "soup", folder=tmp_path)
    assert done == (0, "soup: soup of run, as transformers loads it. Also a model here: hf:soup\n", "")
    assert AutoModelForCausalLM.from_pretrained(tmp_path / "soup").num_parameters() == 883_200
    asked = {"use": "pocket", "limit": 2, "dev_limit": 2}
    scenario = {
        "protocol": {"use": "text/majority_vote"},
        "team": [{"name": "soup", "model": "hf:soup"}],
        "task": asked,
    }
    (tmp_path / "again.yaml").write_text(json.dumps(scenario | {"seed": 7, "baselines": False}))
    assert inside("run", "again.yaml", "--out", "again", folder=tmp_path).code == 0
    outputs = [
        [json.loads(line)["output"] for line in (tmp_path / run / "samples.jsonl").read_text().splitlines()]
        for run in ("run", "again")
    ]
    assert outputs[0] == outputs[1]


def test_what_cannot_be_exported_is_said(tmp_path: Path) -> None:
    assert inside("run", "fusion", "--limit", "1", "--out", "run", folder=tmp_path).code == 0
    refused = inside("export", "run", "model", folder=tmp_path)
    assert (refused.code, refused.err) == (
        2,
        "run: logit/fusion makes no model to export. Weight-level protocols do.\n",
    )
    taken = inside("export", "run", str(path("base")), folder=tmp_path)
    assert (taken.code, taken.err) == (2, f"{path('base')}: is there already. Export to a new folder.\n")
