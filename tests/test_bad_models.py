"""Wrong models on the command line: one clear message each, and no question was asked before it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from symposia.tests.support.command import inside
from symposia.tests.support.tiny import adapter, llama

FILE = "model.safetensors"


def sound(folder: Path) -> dict[str, str]:
    """Two models that go together, by name."""
    return {"amber": f"hf:{llama(folder / 'amber')}", "blue": f"hf:{llama(folder / 'blue', seed=1)}"}


def of_another_vocabulary(folder: Path) -> dict[str, str]:
    return sound(folder) | {"coral": f"hf:{llama(folder / 'coral', 'hello')}"}


def of_another_architecture(folder: Path) -> dict[str, str]:
    return sound(folder) | {"coral": f"hf:{llama(folder / 'coral', num_hidden_layers=3)}"}


def of_another_shape(folder: Path) -> dict[str, str]:
    return sound(folder) | {"coral": f"hf:{llama(folder / 'coral', intermediate_size=80)}"}


def without_its_base(folder: Path) -> dict[str, str]:
    models = sound(folder)
    return models | {"coral": f"hf:{adapter(folder / 'amber', folder / 'coral')}"}


def on_a_base_that_is_not_there(folder: Path) -> dict[str, str]:
    models = sound(folder)
    return models | {"coral": f"hf:{folder / 'nothing'}+{adapter(folder / 'amber', folder / 'coral')}"}


def with_nan(folder: Path) -> dict[str, str]:
    models = sound(folder)
    weights = load_file(folder / "blue" / FILE)
    weights["model.norm.weight"][3] = torch.nan
    save_file(weights, folder / "blue" / FILE, metadata={"format": "pt"})
    return models


def cut_off(folder: Path) -> dict[str, str]:
    models = sound(folder)
    whole = (folder / "blue" / FILE).read_bytes()
    (folder / "blue" / FILE).write_bytes(whole[: len(whole) // 2])
    return models


def adapter_of_another_base(folder: Path) -> dict[str, str]:
    models = sound(folder)
    llama(folder / "wide", hidden_size=64)
    return models | {"coral": f"hf:{folder / 'amber'}+{adapter(folder / 'wide', folder / 'coral')}"}


Options = dict[str, object]
Make = Callable[[Path], dict[str, str]]

CASES: dict[str, tuple[Make, str, Options, str]] = {
    "another vocabulary in a soup": (
        of_another_vocabulary,
        "weight/greedy_soup",
        {},
        "merge: the vocabulary of coral is not that of amber (263 and 262 tokens). Merge models of one tokenizer.",
    ),
    "another vocabulary in fusion": (
        of_another_vocabulary,
        "logit/fusion",
        {},
        "coral: its vocabulary is not amber's (263 and 262 tokens). Combine models of one tokenizer.",
    ),
    "another architecture in a swarm": (
        of_another_architecture,
        "weight/model_swarms",
        {},
        "merge: coral computes otherwise than amber: num_hidden_layers is 3 there and 2 in amber (config.json). "
        "Merge models of one architecture.",
    ),
    "another shape in an extrapolation": (
        of_another_shape,
        "weight/expo",
        {},
        "merge: coral computes otherwise than amber: intermediate_size is 80 there and 64 in amber (config.json). "
        "Merge models of one architecture.",
    ),
    "an adapter without its base": (
        without_its_base,
        "weight/lorahub",
        {},
        "s.yaml: coral: hf:{folder}/coral: {folder}/coral is an adapter without its base. "
        "Name both: hf:BASE+{folder}/coral.",
    ),
    "a base that is not there": (
        on_a_base_that_is_not_there,
        "weight/lorahub",
        {},
        "s.yaml: coral: hf:{folder}/nothing+{folder}/coral: there is no folder {folder}/nothing. "
        "Give a model's folder or its name on the hub.",
    ),
    "an adapter of another base": (
        adapter_of_another_base,
        "weight/lorahub",
        {},
        "hf:{folder}/amber+{folder}/coral: model.layers.0.mlp.down_proj is (64, 64) in the adapter and (32, 64) in "
        "the base. Use the base it was trained on.",
    ),
    "a method without its base": (
        sound,
        "weight/merge",
        {"method": "ties"},
        "s.yaml: merge: ties has no base. Name the model that the others were trained from.",
    ),
    "a base that is no member": (
        sound,
        "weight/merge",
        {"method": "ties", "base": "ambr"},
        "s.yaml: team: no agent named 'ambr'. Did you mean 'amber'? Known: amber, blue.",
    ),
    "weights of a merge without a mean": (
        sound,
        "weight/merge",
        {"settings": {"weights": [1.0, -1.0], "normalize": True}},
        "s.yaml: merge: weights (1.0, -1.0) sum to zero and have no mean. Set normalize to false, or change them.",
    ),
    "weights for another number of models": (
        sound,
        "weight/merge",
        {"settings": {"weights": [1.0]}},
        "s.yaml: merge: 1 weights for 2 models. Give one a model.",
    ),
    "NaN in a checkpoint": (
        with_nan,
        "weight/greedy_soup",
        {},
        "merge: model.norm.weight of blue holds NaN or infinity. Train or save that model again.",
    ),
    "a file that is cut off": (
        cut_off,
        "weight/dare_ties",
        {"mode": "optimized"},
        "hf:{folder}/blue: cannot be read: Error while deserializing header: incomplete metadata, file not fully "
        "covered. Save it again with save_pretrained.",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_before_a_question_is_asked(case: str, tmp_path: Path) -> None:
    make, protocol, options, message = CASES[case]
    team = [{"name": name, "model": url} for name, url in make(tmp_path).items()]
    scenario = {"protocol": {"use": protocol, "options": options}, "team": team, "task": {"use": "pocket", "limit": 2}}
    (tmp_path / "s.yaml").write_text(json.dumps(scenario))
    done = inside("run", "s.yaml", "--out", "run", folder=tmp_path)
    assert (done.code, done.err) == (2, message.replace("{folder}", str(tmp_path)) + "\n")
    trace = tmp_path / "run" / "trace.jsonl"
    assert not trace.exists() or protocol == "logit/fusion" or len(trace.read_text().splitlines()) <= 1
    shutil.rmtree(tmp_path)
