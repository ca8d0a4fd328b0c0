"""Embeddings matched by token: what can be aligned is, what cannot is refused before a tensor is read."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from symposia.agents import Sampling, Turn
from symposia.agents.errors import VocabularyMismatch
from symposia.agents.loading import load
from symposia.tests.support.said import says
from symposia.tests.support.tiny import llama
from symposia.trainers.merging import merge
from symposia.trainers.merging.files import merge_folders
from transformers import PreTrainedTokenizerFast

INPUT, OUTPUT = "model.embed_tokens.weight", "lm_head.weight"
ASKED = (Turn(role="user", text="What is 2 + 2?"),)


def renumbered(folder: Path) -> Path:
    """The same model with all ids in the opposite order, weights and tokenizer."""
    stated = json.loads((folder / "tokenizer.json").read_text())
    last = max(token["id"] for token in stated["added_tokens"])
    stated["model"]["vocab"] = {token: last - number for token, number in stated["model"]["vocab"].items()}
    for token in stated["added_tokens"]:
        token["id"] = last - token["id"]
    stated["added_tokens"].sort(key=lambda token: token["id"])
    # Added tokens may only have the first ids if the model's own vocabulary names them too.
    stated["model"]["vocab"] |= {token["content"]: token["id"] for token in stated["added_tokens"]}
    (folder / "tokenizer.json").write_text(json.dumps(stated))
    weights = load_file(folder / "model.safetensors")
    for name in (INPUT, OUTPUT):
        weights[name] = weights[name].flip(0).contiguous()
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def test_the_same_model_with_other_ids_merges_into_itself(tmp_path: Path) -> None:
    one, other = load(f"hf:{llama(tmp_path / 'one')}"), load(f"hf:{renumbered(llama(tmp_path / 'other'))}")
    models: Any = {"one": one, "other": other}
    assert not torch.equal(one.parameters[INPUT], other.parameters[INPUT])  # type: ignore[attr-defined]
    merged = merge(models, "linear", name="both", weights=(0.5, 0.5), align=True)
    assert torch.equal(merged.parameters[INPUT], one.parameters[INPUT])  # type: ignore[attr-defined]
    assert torch.equal(merged.parameters[OUTPUT], one.parameters[OUTPUT])  # type: ignore[attr-defined]


async def test_a_model_with_fewer_tokens_has_no_say_in_the_others(tmp_path: Path) -> None:
    more: Any = load(f"hf:{llama(tmp_path / 'more', 'hello', 'there', seed=1)}")
    fewer: Any = load(f"hf:{llama(tmp_path / 'fewer', seed=2)}")
    merged = merge({"more": more, "fewer": fewer}, "linear", name="both", weights=(0.25, 0.75), align=True)
    rows = merged.parameters[INPUT]
    assert torch.equal(rows[-2:], more.parameters[INPUT][-2:])
    assert torch.allclose(rows[0], 0.25 * more.parameters[INPUT][0] + 0.75 * fewer.parameters[INPUT][0])
    assert (await merged.write(ASKED, Sampling(max_tokens=4))).usage.completion_tokens == 4


def test_tokens_that_only_another_has_are_not_dropped(tmp_path: Path) -> None:
    models: Any = {
        "few": load(f"hf:{llama(tmp_path / 'few')}"),
        "more": load(f"hf:{llama(tmp_path / 'more', 'hello')}"),
    }
    with says(
        VocabularyMismatch,
        "merge: more has 1 tokens that few lacks, 'hello' for one. Name more first, or merge their folders with "
        "vocabulary='union'.",
    ):
        merge(models, "linear", name="both", align=True)


def test_tokenizers_that_cut_text_differently_are_refused() -> None:
    models: Any = {"base": load("pocket:base"), "foreign": load("pocket:foreign")}
    with says(
        VocabularyMismatch,
        "merge: the tokenizers of base and foreign cut text differently, so their embeddings cannot be aligned. "
        "Merge models of one tokenizer, or have them write together with logit/unite.",
    ):
        merge(models, "linear", name="both", align=True)


def test_folders_are_merged_in_the_union_of_their_tokens(tmp_path: Path) -> None:
    one, two = llama(tmp_path / "one", "hello", seed=1), llama(tmp_path / "two", "there", "friend", seed=2)
    out = tmp_path / "out"
    merge_folders({"one": one, "two": two}, "linear", out, vocabulary="union", weights=(0.5, 0.5))
    tokenizer = PreTrainedTokenizerFast.from_pretrained(out)
    assert tokenizer.convert_tokens_to_ids(["hello", "there", "friend"]) == [262, 263, 264]
    merged: Any = load(f"hf:{out}")
    first, second = (load_file(folder / "model.safetensors")[INPUT] for folder in (one, two))
    rows = merged.parameters[INPUT]
    assert rows.shape == (265, 32)
    assert torch.allclose(rows[:262], (first[:262] + second[:262]) / 2)
    assert torch.equal(rows[262], first[262])
    assert torch.equal(rows[263:], second[262:])


def test_a_base_that_lacks_a_token_has_no_change_to_add_there(tmp_path: Path) -> None:
    base, one = llama(tmp_path / "base"), llama(tmp_path / "one", "hello", seed=1)
    merge_folders({"one": one}, "task_arithmetic", tmp_path / "out", base=base, vocabulary="first", weights=(0.5,))
    rows = load_file(tmp_path / "out" / "model-00001.safetensors")[INPUT]
    assert torch.equal(rows[262], load_file(one / "model.safetensors")[INPUT][262])


@pytest.mark.parametrize("vocabulary", ["same", "first"])
def test_folders_with_tokens_of_their_own_need_the_union(tmp_path: Path, vocabulary: Any) -> None:
    folders = {"one": llama(tmp_path / "one"), "two": llama(tmp_path / "two", "hello")}
    with pytest.raises(VocabularyMismatch, match=r"^merge: "):
        merge_folders(folders, "linear", tmp_path / "out", vocabulary=vocabulary)
    assert not (tmp_path / "out").exists()
