"""Every key of a PEFT configuration is proved against PEFT, or refused by name."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import LoraConfig, PeftModel
from symposia.agents.errors import BadModel
from symposia.agents.models.hf.model import Model
from symposia.agents.turn import Turn
from symposia.tests.support.said import says
from symposia.tests.support.tiny import adapter
from transformers import LlamaForCausalLM

HELLO = (Turn("user", "hello"),)

MADE = {
    "r": 2,
    "lora_alpha": 7,
    "use_rslora": True,
    "target_modules": "all-linear",
    "exclude_modules": ["q_proj"],
    "layers_to_transform": [1],
    "layers_pattern": "layers",
    "task_type": "CAUSAL_LM",
    "lora_dropout": 0.5,
    "inference_mode": True,
    "rank_pattern": {},
    "alpha_pattern": {},
    "bias": "none",
}
"""Keys that change how peft makes an adapter, and one value of each: what is loaded is what peft loads."""
WRITTEN: dict[str, list[Any]] = {
    "init_lora_weights": [True, False, "gaussian", "eva", "orthogonal", "mica"],
    "auto_mapping": [{"base_model_class": "LlamaForCausalLM"}],
    "peft_version": ["0.10.0"],
    "base_model_name_or_path": ["org/model"],
    "revision": ["main"],
    "megatron_core": ["megatron.core"],
    "qalora_group_size": [8],
    "runtime_config": [{"ephemeral_gpu_offload": False}],
    "eva_config": [{"rho": 2.0}],
    "corda_config": [{"corda_method": "ipm"}],
    "loftq_config": [{"loftq_bits": 4}],
    "lora_ga_config": [{"direction": "ArB2r"}],
}
"""Keys that are written into the file: they tell of the training."""
REFUSED: dict[str, list[Any]] = {
    "init_lora_weights": ["pissa", "pissa_niter_4", "olora", "corda", "loftq", "lora_ga", "some_new_one"],
    "peft_type": ["IA3"],
    "use_dora": [True],
    "lora_bias": [True],
    "bias": ["all", "lora_only"],
    "rank_pattern": [{"q_proj": 8}],
    "alpha_pattern": [{"q_proj": 8}],
    "modules_to_save": [["lm_head"]],
    "trainable_token_indices": [[1, 2]],
    "target_parameters": [["mlp.experts.down_proj"]],
    "fan_in_fan_out": [True],
    "megatron_config": [{"size": 2}],
    "layer_replication": [[[0, 2], [1, 2]]],
    "alora_invocation_tokens": [[5, 6]],
    "use_qalora": [True],
    "velora_config": [{"rank": 1}],
    "monteclora_config": [{"samples": 2}],
    "use_bdlora": [{"nblocks": 2}],
    "arrow_config": [{"top_k": 1}],
    "kasa_config": [{"beta": 1.0}],
    "ensure_weight_tying": [True],
    "a_key_of_a_newer_peft": [1],
}
"""Keys whose adapters are more than two factors a layer, or none that are known."""


async def logits(model: Model, name: str, folder: Path) -> tuple[torch.Tensor, torch.Tensor]:
    """Ours after a question, and those that PEFT gives to the same tokens."""
    session = await model.with_adapter(name, folder).open(HELLO)
    ours = await session.next()
    session.close()
    base = LlamaForCausalLM.from_pretrained(model._host._pretrained.name_or_path)
    theirs = PeftModel.from_pretrained(base, folder).eval()
    with torch.no_grad():
        return ours, theirs(input_ids=torch.tensor([session.ids])).logits[0, -1]


def rewritten(folder: Path, **changes: Any) -> Path:
    """An adapter's folder with other keys in its configuration."""
    path = folder / "adapter_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    return folder


def test_every_key_of_peft_is_in_one_of_the_tables() -> None:
    keys = {field.name for field in dataclasses.fields(LoraConfig)}
    assert keys - (MADE.keys() | WRITTEN.keys() | REFUSED.keys()) == set()


@pytest.mark.parametrize("key", MADE)
async def test_a_key_that_is_read_gives_what_peft_gives(model: Model, folder: Path, tmp_path: Path, key: str) -> None:
    more: dict[str, Any] = {"layers_pattern": {"layers_to_transform": [0]}}.get(key, {})
    adapter(folder, tmp_path, **{key: MADE[key]}, **more)
    ours, theirs = await logits(model, key, tmp_path)
    assert torch.allclose(ours, theirs, atol=1e-5)


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in WRITTEN.items() for value in values])
async def test_a_key_that_tells_of_the_training_changes_nothing_here_nor_in_peft(
    model: Model, folder: Path, tmp_path: Path, key: str, value: Any
) -> None:
    plain, _ = await logits(model, "plain", adapter(folder, tmp_path))
    ours, theirs = await logits(model, "told", rewritten(tmp_path, **{key: value}))
    assert torch.equal(plain, ours)
    assert torch.allclose(ours, theirs, atol=1e-5)


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in REFUSED.items() for value in values])
def test_a_key_that_asks_for_more_than_two_factors_is_refused_by_name(
    model: Model, folder: Path, tmp_path: Path, key: str, value: Any
) -> None:
    rewritten(adapter(folder, tmp_path), **{key: value})
    with pytest.raises(BadModel) as error:
        model.with_adapter("one", tmp_path)
    named = "an adapter of type IA3" if key == "peft_type" else f"{key} = {value!r}"
    assert str(error.value).startswith(f"one: {named}")


@pytest.mark.parametrize("kind", ["pissa", "olora"])
async def test_an_adapter_that_peft_began_from_the_base_would_be_wrong(
    model: Model, folder: Path, tmp_path: Path, kind: str
) -> None:
    rewritten(adapter(folder, tmp_path, init_lora_weights=kind), init_lora_weights=False)
    ours, _ = await logits(model, "as if plain", tmp_path)
    rewritten(tmp_path, init_lora_weights=kind)
    base = PeftModel.from_pretrained(LlamaForCausalLM.from_pretrained(folder), tmp_path).eval()
    with torch.no_grad():
        right = base(input_ids=torch.tensor([(await model.open(HELLO)).ids])).logits[0, -1]
    assert float((ours - right).abs().max()) > 0.1  # what was read silently
    with says(
        BadModel,
        f"one: init_lora_weights = {kind!r} changed the base, and only peft can do so again. "
        "Convert it with peft (path_initial_model_for_weight_conversion), or merge it into its base.",
    ):
        model.with_adapter("one", tmp_path)


@pytest.mark.parametrize("changes", [{"r": 0}, {"r": None}, {"lora_alpha": None}, {"lora_alpha": float("inf")}])
def test_a_configuration_without_a_scale_is_refused(
    model: Model, folder: Path, tmp_path: Path, changes: dict[str, Any]
) -> None:
    rewritten(adapter(folder, tmp_path), **changes)
    with pytest.raises(BadModel, match=r"^one: r = .* and lora_alpha = .* make no scale\. Save the adapter again\.$"):
        model.with_adapter("one", tmp_path)


def test_factors_of_another_rank_than_stated_are_refused(model: Model, folder: Path, tmp_path: Path) -> None:
    rewritten(adapter(folder, tmp_path), r=8)
    with pytest.raises(BadModel, match=r"^one: .*lora_A\.weight' is \(4, 64\), and r = 8\. Save the adapter again"):
        model.with_adapter("one", tmp_path)


def test_a_configuration_that_is_no_object_is_refused(model: Model, folder: Path, tmp_path: Path) -> None:
    (adapter(folder, tmp_path) / "adapter_config.json").write_text("[]")
    with pytest.raises(BadModel, match=r"^one: .*adapter_config\.json is not a JSON object\."):
        model.with_adapter("one", tmp_path)
