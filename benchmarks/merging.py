"""How exact, fast and small merging on disk is, against mergekit, each in a process of its own.

    python benchmarks/merging.py --mergekit .../bin/mergekit-yaml [--width 768] [--layers 6] [--runs 3]

Three random Llamas in float32 on disk, the second and third being the first with small changes. Printed for
each method: the largest difference between the two results, wall time and peak memory of both processes
(start of Python and imports included), and our process against a plain copy of the same bytes. DARE is
compared at density 1: its masks are drawn from different generators. TIES differs in entries whose size is
exactly that of the last one kept: here the first of them are kept, there any. Without mergekit only our side
is run.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors.torch import load_file, save_file
from symposia.tests.support import tiny
from symposia.trainers.merging.files import Stored

MODELS = ("one", "two")
METHODS = {
    "linear": ({"weights": (0.75, 0.25)}, {"normalize": False}, {}),
    "task_arithmetic": ({"weights": (0.5, 0.25)}, {}, {}),
    "ties": ({"weights": (0.5, 0.25), "density": 0.5}, {"normalize": True}, {"density": 0.5}),
    "dare_linear": ({"weights": (0.5, 0.25), "density": 1.0}, {}, {"density": 1.0}),
    "slerp": ({"t": 0.25}, {"t": 0.25}, {}),
}
"""Our options, mergekit's own parameters, and those of each model."""

OURS = """
import sys, json
from pathlib import Path
from symposia.trainers.merging.files import merge_folders
a = json.loads(sys.argv[1])
merge_folders({n: Path(p) for n, p in a["models"].items()}, a["method"], Path(a["out"]),
              base=Path(a["base"]) if a["base"] else None, **a["options"])
"""


class Spent(NamedTuple):
    """Seconds and megabytes of a process."""

    seconds: float
    megabytes: float


def spent(command: list[str]) -> Spent:
    """What a process takes. Its output is shown if it fails."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            sys.exit(output.read().decode())
    return Spent(time.perf_counter() - start, usage.ru_maxrss / 1024)


def made(folder: Path, width: int, layers: int) -> dict[str, Path]:
    """The base and two models that were changed a little."""
    size = {"hidden_size": width, "intermediate_size": 3 * width, "num_hidden_layers": layers}
    base = tiny.llama(folder / "base", **size)
    weights = load_file(base / "model.safetensors")
    for seed, name in enumerate(MODELS):
        shutil.copytree(base, folder / name)
        draws = torch.Generator().manual_seed(seed)
        changed = {key: old + 0.01 * torch.randn(old.shape, generator=draws) for key, old in weights.items()}
        save_file(changed, folder / name / "model.safetensors", metadata={"format": "pt"})
    return {name: folder / name for name in ("base", *MODELS)}


def our_command(folders: dict[str, Path], method: str, out: Path) -> list[str]:
    """Our process."""
    based = method not in ("linear", "slerp")
    asked = {
        "models": {name: str(folders[name]) for name in MODELS},
        "method": method,
        "out": str(out),
        "base": str(folders["base"]) if based else None,
        "options": METHODS[method][0],
    }
    return [sys.executable, "-c", OURS, json.dumps(asked)]


def their_command(mergekit: str, folders: dict[str, Path], method: str, out: Path) -> list[str]:
    """mergekit's process; its slerp takes the first model as base."""
    options, own, each = METHODS[method]
    weights = options.get("weights", (1.0, 1.0))
    models = [
        {"model": str(folders[name]), "parameters": {"weight": weight, **each}}
        for name, weight in zip(MODELS, weights, strict=True)
    ]
    config = {"merge_method": method, "models": models, "parameters": own, "dtype": "float32"}
    if method != "linear":
        config["base_model"] = str(folders["one" if method == "slerp" else "base"])
    path = out.with_suffix(".yaml")
    path.write_text(json.dumps(config))
    return [mergekit, str(path), str(out)]


def difference(ours: Path, theirs: Path) -> str:
    """The largest difference of any entry, and how many differ by more than 1e-6."""
    one, two = Stored("ours", ours), Stored("theirs", theirs)
    largest, count = 0.0, 0
    for name in one:
        apart = (one[name].float() - two[name].float()).abs()
        largest, count = max(largest, float(apart.max())), count + int((apart > 1e-6).sum())
    return f"largest difference {largest:.1e}, {count} entries by more than 1e-6"


def copied(folder: Path, scratch: Path) -> float:
    """Seconds to read the inputs' bytes and write one model's."""
    start = time.perf_counter()
    for name in ("base", *MODELS):
        shutil.copyfile(folder / name / "model.safetensors", scratch)
    return time.perf_counter() - start


def compared(folder: Path, folders: dict[str, Path], method: str, args: argparse.Namespace) -> str:
    """One method on both sides, runs interleaved, medians."""
    ours, theirs = folder / f"ours-{method}", folder / f"theirs-{method}"
    commands = {"ours": our_command(folders, method, ours)}
    if args.mergekit:
        commands["theirs"] = their_command(args.mergekit, folders, method, theirs)
    runs = [{side: spent(command) for side, command in commands.items()} for _ in range(args.runs)]
    line = f"{method:16}"
    for side in commands:
        seconds = statistics.median(run[side].seconds for run in runs)
        megabytes = statistics.median(run[side].megabytes for run in runs)
        line += f" {side} {seconds:6.2f} s {megabytes:6.0f} MB "
    if args.mergekit:
        line += f" {difference(ours, theirs)}"
    return line


def main() -> None:
    """Print a line a method."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mergekit", default=shutil.which("mergekit-yaml"))
    parser.add_argument("--width", type=int, default=768)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folders = made(folder, args.width, args.layers)
        size = (folders["base"] / "model.safetensors").stat().st_size / 2**20
        print(f"3 models of {size:.0f} MiB; a copy of 3 takes {copied(folder, folder / 'copy'):.2f} s")
        for method in METHODS:
            print(compared(folder, folders, method, args), flush=True)


if __name__ == "__main__":
    main()
