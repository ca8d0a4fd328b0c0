"""Trainings that are killed, and disks that are full."""

import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from symposia.tests.support import killed_training
from symposia.tests.support.killed_training import trained
from symposia.tests.support.tiny import llama
from symposia.trainers.finetuning.checkpoints import whole
from symposia.trainers.finetuning.curve import read_curve

pytestmark = pytest.mark.long


def killed(*arguments: str | Path | int) -> subprocess.CompletedProcess[str]:
    """A training in a process of its own."""
    command = [sys.executable, "-m", killed_training.__name__, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def written(out: Path) -> dict[str, bytes]:
    """The final weights in a directory."""
    return {
        file.name: file.read_bytes() for kind in ("adapter", "model") for file in (out / kind).glob("*.safetensors")
    }


@pytest.mark.parametrize("method", ["sft", "dpo", "grpo"])
def test_a_killed_training_goes_on_to_the_same_weights_bit_for_bit(method: str, tmp_path: Path) -> None:
    folder = llama(tmp_path / "ochre", seed=3)
    undisturbed = asyncio.run(trained(method, folder, tmp_path / "undisturbed"))
    done = killed(method, folder, tmp_path / "killed", 5)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert [one.name for one in whole(tmp_path / "killed" / "checkpoints")] == ["checkpoint-3"]
    gone_on = asyncio.run(trained(method, folder, tmp_path / "killed"))
    assert (gone_on.steps, gone_on.policy, gone_on.best) == (8, undisturbed.policy, undisturbed.best)
    assert written(tmp_path / "killed") == written(tmp_path / "undisturbed") != {}
    curves = [read_curve(tmp_path / name / "curve.jsonl") for name in ("killed", "undisturbed")]
    assert [line["step"] for line in curves[0]] == [line["step"] for line in curves[1]]
    assert [line.get("loss") for line in curves[0]] == [line.get("loss") for line in curves[1]]
    if method == "grpo":
        records = [(tmp_path / name / "rollouts.jsonl").read_text() for name in ("killed", "undisturbed")]
        assert records[0] == records[1]


def test_a_disk_that_is_full_leaves_the_checkpoint_before_and_says_so(tmp_path: Path) -> None:
    folder = llama(tmp_path / "ochre", seed=3)
    done = killed("sft", folder, tmp_path / "out", 0, 40_000)
    torn = tmp_path / "out" / "checkpoints" / "checkpoint-6"
    assert done.returncode == 1
    assert f"CannotWrite: {torn}: " in done.stderr
    assert "The checkpoint before it is kept: make room on the disk and run the same command again." in done.stderr
    assert [one.name for one in (tmp_path / "out" / "checkpoints").iterdir()] == ["checkpoint-3"]
    gone_on = asyncio.run(trained("sft", folder, tmp_path / "out"))
    asyncio.run(trained("sft", folder, tmp_path / "undisturbed"))
    assert gone_on.steps == 8
    assert written(tmp_path / "out") == written(tmp_path / "undisturbed")


def test_a_checkpoint_that_was_torn_is_not_gone_on_from(tmp_path: Path) -> None:
    folder = llama(tmp_path / "ochre", seed=3)
    killed("sft", folder, tmp_path / "out", 5)
    torn = tmp_path / "out" / "checkpoints" / "checkpoint-4"
    torn.mkdir()
    (torn / "adapter_model.safetensors").write_bytes(b"half of i")
    asyncio.run(trained("sft", folder, tmp_path / "out"))
    asyncio.run(trained("sft", folder, tmp_path / "undisturbed"))
    assert written(tmp_path / "out") == written(tmp_path / "undisturbed")


def test_a_finished_training_is_not_done_again(tmp_path: Path) -> None:
    folder = llama(tmp_path / "ochre", seed=3)
    first = asyncio.run(trained("sft", folder, tmp_path / "out"))
    before = json.dumps(read_curve(tmp_path / "out" / "curve.jsonl"))
    again = asyncio.run(trained("sft", folder, tmp_path / "out"))
    assert (again.policy, again.steps, again.best) == (first.policy, first.steps, first.best)
    assert json.dumps(read_curve(tmp_path / "out" / "curve.jsonl")) == before


def test_only_the_last_checkpoints_stay(tmp_path: Path) -> None:
    folder = llama(tmp_path / "ochre", seed=3)
    asyncio.run(trained("sft", folder, tmp_path / "out"))
    assert [one.name for one in whole(tmp_path / "out" / "checkpoints")] == ["checkpoint-6", "checkpoint-8"]


def test_two_processes_train_the_weights_of_one(tmp_path: Path) -> None:
    """As `accelerate launch` and torchrun start them; a step's rows are shared, and the first process writes."""
    folder = llama(tmp_path / "ochre", seed=3)
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m"]
    arguments = [killed_training.__name__, "dpo", str(folder), str(tmp_path / "two")]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    asyncio.run(trained("dpo", folder, tmp_path / "one"))
    one, two = (load_file(tmp_path / name / "model" / "model.safetensors") for name in ("one", "two"))
    assert all(torch.allclose(value, two[name], atol=1e-6) for name, value in one.items())
