"""Models are merged if they compute the same of the same tensors: their configurations are compared, by key."""

import json
import warnings
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from symposia.agents.errors import ArchitectureMismatch, BadModel, BadScenario
from symposia.agents.loading import load
from symposia.tests.support.said import says
from symposia.tests.support.tiny import llama
from symposia.trainers.merging import files, merge
from symposia.trainers.merging.checks import check_mergeable
from symposia.trainers.merging.functions import check_functions

ROPE = {"rope_type": "default", "rope_theta": 10_000.0}
OTHERWISE: dict[str, Any] = {
    "rope_parameters": {**ROPE, "rope_theta": 500_000.0},
    "rms_norm_eps": 1e-5,
    "hidden_act": "gelu",
    "head_dim": 4,
    "num_attention_heads": 8,
    "num_key_value_heads": 4,
    "sliding_window": 8,
    "final_logit_softcapping": 30.0,
    "attention_multiplier": 0.5,
    "residual_multiplier": 0.5,
    "logits_scaling": 2.0,
    "embedding_multiplier": 12.0,
    "query_pre_attn_scalar": 16,
    "norm_topk_prob": True,
    "num_experts_per_tok": 1,
    "routed_scaling_factor": 2.5,
    "partial_rotary_factor": 0.5,
    "layer_types": ["full_attention", "sliding_attention"],
    "model_type": "gemma",
}
"""Keys that change the function where names and shapes are the same."""
PLAIN: dict[str, Any] = {
    **dict.fromkeys(OTHERWISE),
    "rope_parameters": ROPE,
    "rms_norm_eps": 1e-6,
    "hidden_act": "silu",
    "model_type": "llama",
}
ALIKE: dict[str, Any] = {
    "_name_or_path": "elsewhere",
    "torch_dtype": "float16",
    "transformers_version": "4.0.0",
    "use_cache": False,
    "eos_token_id": 7,
    "attention_dropout": 0.1,
    "initializer_range": 0.5,
    "tie_word_embeddings": True,
    "architectures": ["Other"],
    "output_router_logits": True,
}
"""Keys that change nothing of a finished model, or that are compared elsewhere."""
SCALED = {
    "another kind": ({**ROPE, "rope_type": "linear", "factor": 2.0}, "rope_parameters.factor is 2.0 there"),
    "another factor by kind of layer": ({"full_attention": {**ROPE, "rope_theta": 1.0}}, "rope_parameters.full_att"),
}


@pytest.mark.parametrize("key", OTHERWISE)
def test_a_key_that_changes_the_function_is_refused(key: str) -> None:
    models = {"amber": PLAIN, "blue": PLAIN | {key: OTHERWISE[key]}}
    with pytest.raises(ArchitectureMismatch, match=rf"^merge: blue computes otherwise than amber: {key}"):
        check_functions(models)
    with pytest.raises(ArchitectureMismatch, match="computes otherwise"):
        check_functions({"blue": models["blue"], "amber": PLAIN})


@pytest.mark.parametrize("kind", SCALED)
def test_rotary_embeddings_are_compared_part_by_part(kind: str) -> None:
    rope, told = SCALED[kind]
    with pytest.raises(ArchitectureMismatch) as error:
        check_functions({"amber": PLAIN, "blue": PLAIN | {"rope_parameters": rope}})
    assert told in str(error.value)


@pytest.mark.parametrize("key", ALIKE)
def test_a_key_that_changes_nothing_is_let_pass_without_a_word(key: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_functions({"amber": PLAIN, "blue": PLAIN | {key: ALIKE[key]}})


def test_another_length_is_said_and_the_first_is_kept() -> None:
    long = {"amber": PLAIN | {"max_position_embeddings": 64}, "blue": PLAIN | {"max_position_embeddings": 128}}
    with pytest.warns(UserWarning, match="max_position_embeddings is 128 there and 64 in amber") as warned:
        check_functions(long)
    assert str(warned[0].message) == (
        "merge: the config.json of blue is another: max_position_embeddings is 128 there and 64 in amber. "
        "That of amber is kept."
    )


def test_a_length_that_the_angles_follow_from_is_refused() -> None:
    rope = {"rope_parameters": {**ROPE, "rope_type": "dynamic", "factor": 2.0}}
    long = {name: PLAIN | rope | {"max_position_embeddings": size} for name, size in (("amber", 64), ("blue", 128))}
    with pytest.raises(ArchitectureMismatch, match="max_position_embeddings is 128 there and 64 in amber"):
        check_functions(long)


def test_a_key_that_one_architecture_does_not_know_is_said() -> None:
    with pytest.warns(UserWarning, match="my_note is 'x' there and not there in amber"):
        check_functions({"amber": PLAIN, "blue": PLAIN | {"my_note": "x"}})


def test_quantized_weights_are_refused() -> None:
    with says(BadModel, "merge: the weights of blue are quantized. Merge weights in floating point."):
        check_functions({"amber": PLAIN, "blue": PLAIN | {"quantization_config": {"quant_method": "gptq"}}})


THETA = "rope_parameters.rope_theta is 500000.0 there and 10000.0 in amber"


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, Path]:
    return {
        "amber": llama(tmp_path / "amber"),
        "blue": llama(tmp_path / "blue", seed=1, rope_parameters={**ROPE, "rope_theta": 500_000.0}),
    }


@pytest.mark.parametrize("base", [False, True])
def test_folders_of_another_rotary_base_are_refused_before_anything_is_written(
    folders: dict[str, Path], tmp_path: Path, base: bool
) -> None:
    models = {"amber": folders["amber"]} if base else folders
    options: dict[str, Any] = {"base": folders["blue"]} if base else {}
    with pytest.raises(ArchitectureMismatch) as error:
        files.merge_folders(models, "task_arithmetic" if base else "linear", tmp_path / "out", **options)
    assert THETA in str(error.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("align", [False, True])
def test_models_in_memory_of_another_rotary_base_are_refused(folders: dict[str, Path], align: bool) -> None:
    models: Any = {name: load(f"hf:{folder}") for name, folder in folders.items()}
    with says(
        ArchitectureMismatch,
        f"merge: blue computes otherwise than amber: {THETA} (config.json). Merge models of one architecture.",
    ):
        merge(models, "linear", name="soup", align=align)
    with pytest.raises(ArchitectureMismatch, match="computes otherwise"):
        check_mergeable(models)


def test_an_old_way_to_state_the_rotary_base_is_the_same(tmp_path: Path) -> None:
    folders = {name: llama(tmp_path / name) for name in ("amber", "blue")}
    path = folders["blue"] / "config.json"
    config = json.loads(path.read_text())
    del config["rope_parameters"]
    path.write_text(json.dumps(config | {"rope_theta": 10_000.0, "rope_scaling": None}))
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        files.merge_folders(folders, "linear", tmp_path / "out", weights=(0.5, 0.5))


def restored(folder: Path, **more: torch.Tensor) -> Path:
    """A folder whose weights have more tensors."""
    path = folder / "model.safetensors"
    save_file(load_file(path) | more, path, metadata={"format": "pt"})
    return folder


EXTRA = {
    "angles": {"model.layers.0.self_attn.rotary_emb.inv_freq": torch.ones(4)},
    "causal masks": {"model.layers.0.attn.bias": torch.ones(2, 2), "model.layers.0.attn.masked_bias": torch.ones(1)},
}


@pytest.mark.parametrize("what", EXTRA)
@pytest.mark.parametrize("where", ["amber", "blue"])
def test_buffers_that_older_versions_stored_are_left_out(tmp_path: Path, what: str, where: str) -> None:
    folders = {name: llama(tmp_path / name) for name in ("amber", "blue")}
    restored(folders[where], **EXTRA[what])
    files.merge_folders(folders, "linear", tmp_path / "out", weights=(0.5, 0.5))
    same = load(f"hf:{folders['blue']}").parameters
    assert all(torch.equal(same[name], one) for name, one in load(f"hf:{tmp_path / 'out'}").parameters.items())


@pytest.mark.parametrize(
    "other", ["consolidated.safetensors", "consolidated.00-of-02.safetensors", "other.safetensors"]
)
def test_another_copy_of_the_weights_beside_the_model_is_not_read(tmp_path: Path, other: str) -> None:
    folders = {name: llama(tmp_path / name) for name in ("amber", "blue")}
    save_file({"tok_embeddings.weight": torch.ones(2, 2)}, folders["amber"] / other)
    files.merge_folders(folders, "linear", tmp_path / "out", weights=(0.5, 0.5))
    assert not (tmp_path / "out" / other).exists()
    load(f"hf:{tmp_path / 'out'}")


@pytest.mark.parametrize("where", ["amber", "blue"])
def test_a_redundant_output_layer_of_a_tied_model_is_left_out(tmp_path: Path, where: str) -> None:
    folders = {name: llama(tmp_path / name, tie_word_embeddings=True) for name in ("amber", "blue")}
    rows = load_file(folders[where] / "model.safetensors")["model.embed_tokens.weight"]
    restored(folders[where], **{"lm_head.weight": rows.clone()})
    files.merge_folders(folders, "linear", tmp_path / "out", weights=(0.5, 0.5))
    assert "lm_head.weight" not in load(f"hf:{tmp_path / 'out'}").parameters


@pytest.mark.parametrize("which", ["amber", "blue", "the base"])
def test_a_merge_into_one_of_its_inputs_is_refused_and_harms_nothing(tmp_path: Path, which: str) -> None:
    folders = {name: llama(tmp_path / name) for name in ("amber", "blue", "the base")}
    base, out = folders.pop("the base"), tmp_path / "way" / ".." / which
    (tmp_path / "way").mkdir()
    before = (tmp_path / which / "model.safetensors").read_bytes()
    with says(BadScenario, f"merge: {out} is the folder of {which}, which is read. Write to another folder."):
        files.merge_folders(folders, "task_arithmetic", out, base=base)
    assert (tmp_path / which / "model.safetensors").read_bytes() == before


def test_a_merge_beside_a_model_that_would_be_loaded_instead_is_refused(tmp_path: Path) -> None:
    folders = {"amber": llama(tmp_path / "amber")}
    out = llama(tmp_path / "out")
    with says(BadScenario, f"merge: {out} holds a model already, model.safetensors. Write to another folder."):
        files.merge_folders(folders, "linear", out)


@pytest.mark.parametrize("stated", [512, None])
@pytest.mark.parametrize("way", ["exported", "merged", "in the union of tokens"])
def test_the_length_that_a_tokenizer_states_stays_what_it_was(tmp_path: Path, stated: int | None, way: str) -> None:
    folder = llama(tmp_path / "amber")
    path = folder / "tokenizer_config.json"
    config = json.loads(path.read_text()) | {"model_max_length": stated}
    path.write_text(json.dumps({key: value for key, value in config.items() if value is not None}))
    out = tmp_path / "out"
    if way == "exported":
        saved: Any = load(f"hf:{folder}")
        saved.save(out)
    else:
        files.merge_folders({"amber": folder}, "linear", out, vocabulary="same" if way == "merged" else "union")
    assert json.loads((out / "tokenizer_config.json").read_text()).get("model_max_length") == stated
