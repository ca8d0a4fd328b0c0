"""Runs that are killed by SIGKILL. `make kills` kills a hundred of them."""

import os
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest
from symposia.tests.support.kills import SCENARIOS, killed_often

TIMES = int(os.environ.get("SYMPOSIA_KILLS", "1"))


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_run_that_is_killed_ends_as_an_undisturbed_one_and_asks_no_model_twice(name: str, tmp_path: Path) -> None:
    lab, kills = killed_often(name, tmp_path, TIMES, seed=len(name))
    assert len(kills) >= TIMES / 2
    assert (lab.repeated_in_the_trace(), lab.repeated_at_the_models(kills)) == (0, 0)


@pytest.mark.skipif(TIMES == 1, reason="a training takes a minute; `make kills` kills some")
def test_a_training_that_is_killed_ends_with_the_same_weights(tmp_path: Path) -> None:
    whole = trained(tmp_path / "whole", [])
    rng = Random(1)
    killed = trained(tmp_path / "killed", [rng.uniform(4, 30) for _ in range(min(TIMES, 4))])
    assert killed == whole


def trained(out: Path, kills: list[float]) -> dict[str, bytes]:
    """The weights, by file, of a short training that was killed after so many seconds, again and again."""
    sets = ("--set", "train.options.scale=0.0003", "--out", str(out))
    command = [sys.executable, "-m", "symposia.scenarios.cli", "train", "train_pocket", *sets]
    for seconds in kills:
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as started:
            time.sleep(seconds)
            started.kill()
    subprocess.run(command, check=True, capture_output=True)
    return {path.parent.name: path.read_bytes() for path in sorted(out.glob("*/model.safetensors"))}
