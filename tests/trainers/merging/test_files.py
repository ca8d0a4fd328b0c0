"""Folders, merged on disk."""

from pathlib import Path
from typing import Any

import pytest
import torch
from symposia.agents.errors import BadModel, VocabularyMismatch
from symposia.agents.loading import load
from symposia.tests.support.said import says
from symposia.tests.support.tiny import llama
from symposia.trainers.merging import files, merge


async def test_folders_are_merged_into_a_folder(models: dict[str, Any], tmp_path: Path) -> None:
    folders = {name: llama(tmp_path / name, seed=seed) for seed, name in enumerate(("amber", "blue", "coral"))}
    base = folders.pop("coral")
    files.merge_folders(folders, "ties", tmp_path / "out", base=base, density=0.5, shard=40_000)
    assert len(list((tmp_path / "out").glob("*.safetensors"))) > 1
    pair = {"amber": models["amber"], "blue": models["blue"]}
    wanted = merge(pair, "ties", name="live", base=models["coral"], density=0.5)
    found = load(f"hf:{tmp_path / 'out'}")
    assert all(torch.equal(found.parameters[name], tensor) for name, tensor in wanted.parameters.items())


def test_a_file_that_is_cut_off_is_found_before_anything_is_written(tmp_path: Path) -> None:
    folders = {name: llama(tmp_path / name) for name in ("amber", "blue")}
    weights = folders["blue"] / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:5000])
    with pytest.raises(BadModel, match=r"^blue: .*model\.safetensors cannot be read: .*\. Save it again\.$"):
        files.merge_folders(folders, "linear", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_folders_of_another_tokenizer_are_refused(tmp_path: Path) -> None:
    folders = {"amber": llama(tmp_path / "amber"), "stranger": llama(tmp_path / "stranger", "hello")}
    with says(
        VocabularyMismatch,
        "merge: the vocabulary of stranger is not that of amber (263 and 262 tokens). Merge models of one tokenizer.",
    ):
        files.merge_folders(folders, "linear", tmp_path / "out")
