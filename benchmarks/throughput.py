"""How many bytes a second are merged, against a plain copy of the same bytes, in one process.

    python benchmarks/throughput.py [--width 512] [--layers 4] [--dtype bfloat16] [--runs 3] [--threads 1]

A base and two models of it lie on disk. `folders` reads the three and writes the merge, `copy` reads the same
bytes and writes one file of the size of the result. `live` merges three resident models into a new live one
(on a GPU where there is one), `clone` makes new tensors of one model and adds those of the other two, the least that
a new model of three has to do. Bytes are those read and written; runs are interleaved, medians, ratios.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from symposia.agents.loading import load
from symposia.tests.support import tiny
from symposia.trainers.merging import merge
from symposia.trainers.merging.files import merge_folders

METHODS: dict[str, dict[str, Any]] = {
    "linear": {"weights": (0.5, 0.5)},
    "task_arithmetic": {"weights": (0.5, 0.25)},
    "ties": {"weights": (0.5, 0.25), "density": 0.5},
    "dare_linear": {"weights": (0.5, 0.25), "density": 0.5},
}


def made(folder: Path, args: argparse.Namespace) -> dict[str, Path]:
    """The base and two models that were changed a little."""
    size = {"hidden_size": args.width, "intermediate_size": 3 * args.width, "num_hidden_layers": args.layers}
    dtype = getattr(torch, args.dtype)
    folders = {"base": tiny.llama(folder / "base", **size)}
    weights = {name: tensor.to(dtype) for name, tensor in load_file(folders["base"] / "model.safetensors").items()}
    for seed, name in enumerate(("base", "one", "two")):
        if name != "base":
            folders[name] = shutil.copytree(folders["base"], folder / name)
        draws = torch.Generator().manual_seed(seed)
        changed = {key: (old + 0.01 * seed * torch.randn(old.shape, generator=draws)) for key, old in weights.items()}
        changed = {key: tensor.to(dtype) for key, tensor in changed.items()}
        save_file(changed, folders[name] / "model.safetensors", metadata={"format": "pt"})
    return folders


def copied(folders: dict[str, Path], out: Path) -> None:
    """Read the files of all models, write one."""
    for folder in folders.values():
        shutil.copyfile(folder / "model.safetensors", out)


def added(models: dict[str, Any]) -> None:
    """New tensors: those of the first model, and those of the others added to them."""
    first, *others = (model.parameters for model in models.values())
    total = {name: tensor.clone() for name, tensor in first.items()}
    for name, tensor in total.items():
        for other in others:
            tensor.add_(other[name])
    settle()


def alive(models: dict[str, Any], method: str) -> None:
    """A new live model."""
    base = models["base"] if method != "linear" else None
    merge({name: models[name] for name in ("one", "two")}, method, name="merged", base=base, **METHODS[method])
    settle()


def settle() -> None:
    """Wait for the GPU, where there is one."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def medians(sides: dict[str, Callable[[], object]], runs: int) -> dict[str, float]:
    """Median seconds of each side, of interleaved runs after one to warm up."""
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(runs + 1):
        for name, side in sides.items():
            start = time.perf_counter()
            side()
            if turn:
                taken[name].append(time.perf_counter() - start)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def compared(folder: Path, folders: dict[str, Path], models: dict[str, Any], args: argparse.Namespace) -> None:
    """Print a line a method."""
    pair = {name: folders[name] for name in ("one", "two")}
    for method, options in METHODS.items():
        base = None if method == "linear" else folders["base"]
        used = pair if base is None else folders
        sides: dict[str, Callable[[], object]] = {
            "copy": partial(copied, used, folder / "copy"),
            "folders": partial(merge_folders, pair, method, folder / "out", base=base, **options),
            "clone": partial(added, {name: models[name] for name in used}),
            "live": partial(alive, models, method),
        }
        took = medians(sides, args.runs)
        disk = len(used) * bytes_of(folders["base"]) + bytes_of(folders["base"])
        held = (len(used) + 1) * sum(tensor.nbytes for tensor in models["base"].parameters.values())
        print(
            f"{method:16} on disk {disk / took['folders'] / 1e9:5.2f} GB/s, {took['folders'] / took['copy']:5.1f} x "
            f"the time of a copy; live {held / took['live'] / 1e9:5.2f} GB/s, {took['live'] / took['clone']:5.1f} x "
            "the time of adding up",
            flush=True,
        )


def bytes_of(folder: Path) -> int:
    """The size of a model's file."""
    return (folder / "model.safetensors").stat().st_size


def main() -> None:
    """Make the models and compare."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for name, default in (("width", 512), ("layers", 4), ("runs", 3), ("threads", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--dtype", default="bfloat16")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        folders = made(folder, args)
        models: dict[str, Any] = {name: load(f"hf:{path}") for name, path in folders.items()}
        print(f"3 models of {bytes_of(folders['base']) / 2**20:.0f} MiB in {args.dtype} on disk")
        compared(folder, folders, models, args)


if __name__ == "__main__":
    main()
