"""`symposia merge`: checkpoints from disk to disk."""

from pathlib import Path

import pytest
import torch
from symposia.agents.loading import load
from symposia.agents.models import pocket
from symposia.tests.support.command import inside


def test_checkpoints_are_merged_into_one_that_loads(tmp_path: Path) -> None:
    base, graphs = pocket.path("base"), pocket.path("graphs")
    done = inside(
        "merge", "linear", str(base), str(graphs), "--out", "mean", "--set", "weights=[0.25, 0.75]", folder=tmp_path
    )
    assert (done.code, done.out, done.err) == (0, "linear of 2 models: mean\n", "")
    merged, one, two = (load(f"hf:{folder}").parameters for folder in (tmp_path / "mean", base, graphs))
    for name in merged:
        assert torch.allclose(merged[name], 0.25 * one[name] + 0.75 * two[name], rtol=2**-7, atol=1e-4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["linear", "nowhere"], "merge: nowhere is not a checkpoint. Give a folder with config.json and safetensors."),
        (["linear", "one", "one"], "merge: model named twice: one."),
        (["linaer", "one"], "merge: no merging method named 'linaer'. Did you mean 'linear'?"),
        (["ties", "one", "two", "--base", "base", "--set", "density=2"], "Input should be less than or equal to 1."),
        (["linear", "one", "--vocabulary", "all"], "no vocabulary named 'all'"),
        (["linear", "one", "--set", "weights"], "--set weights: no value. Write it as key.key=value."),
    ],
)
def test_what_cannot_be_merged_is_refused_before_anything_is_written(
    arguments: list[str], message: str, tmp_path: Path
) -> None:
    for name in ("one", "two", "base"):
        (tmp_path / name).symlink_to(pocket.path("base"))
    done = inside("merge", *arguments, "--out", "merged", folder=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert not (tmp_path / "merged").exists()
