"""What a step of a swarm costs: coefficients in memory against checkpoints on disk, in one process.

    python benchmarks/swarm.py [--particles 10] [--width 512] [--layers 4] [--dtype float32] [--device auto] [--runs 5]

`move` is a step of all particles as coefficients over as many experts. `materialise` makes one particle's live
model from three resident experts, as a swarm does once a particle and round. `checkpoints` is what the original does
for one particle and step: read its place, its velocity, its best, the best and the worst of all as safetensors,
combine them, write the new velocity and the new place, and read that back to serve it. On a GPU the experts are
resident there and the files' tensors go there to be served. Medians of interleaved runs after one to warm up.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from symposia.agents.models.hf import registry as resident
from symposia.agents.models.hf.loading import Source
from symposia.agents.models.hf.model import Model
from symposia.tests.support import tiny
from symposia.trainers.merging.mixture import mixture
from symposia.trainers.search.motion import Motion
from symposia.trainers.search.swarm import Swarm


def medians(sides: dict[str, Callable[[], object]], runs: int) -> dict[str, float]:
    """The median time of each side, in seconds."""
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(runs + 1):
        for name, work in sides.items():
            start = time.perf_counter()
            work()
            if torch.cuda.is_available():
                torch.cuda.synchronize()
            if turn:
                taken[name].append(time.perf_counter() - start)
    return {name: statistics.median(times) for name, times in taken.items()}


def by_checkpoints(folder: Path, device: str) -> None:
    """One particle's step through files."""
    x, v, p, g, w = (load_file(folder / f"{name}.safetensors") for name in "xvpgw")
    velocity = {k: 0.2 * v[k] + 0.3 * (p[k] - x[k]) + 0.4 * (g[k] - x[k]) + 0.1 * (x[k] - w[k]) for k in x}
    save_file(velocity, folder / "new-v.safetensors")
    save_file({k: x[k] + 0.5 * velocity[k] for k in x}, folder / "new-x.safetensors")
    load_file(folder / "new-x.safetensors", device=device)


def expert(folder: Path, args: argparse.Namespace, seed: int) -> Model:
    """A resident model of its own weights, whose file is in the same precision."""
    size = {"hidden_size": args.width, "intermediate_size": 3 * args.width, "num_hidden_layers": args.layers}
    tiny.llama(folder, seed=seed, **size)
    file, dtype = folder / "model.safetensors", getattr(torch, args.dtype)
    weights = {name: tensor.to(dtype) for name, tensor in load_file(file).items()}
    save_file(weights, file, metadata={"format": "pt"})
    return resident.load(Source(str(folder), dtype=args.dtype, device=args.device), folder.name)


def main() -> None:
    """Print the three times and their ratios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--particles", type=int, default=10)
    parser.add_argument("--width", type=int, default=512)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--dtype", default="float32")
    parser.add_argument("--device", default="auto")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        experts = {f"m{n}": expert(folder / f"m{n}", args, n) for n in range(3)}
        device = str(next(iter(experts["m0"].parameters.values())).device)
        for file, name_of in zip("xvpgw", ("m0", "m1", "m2", "m0", "m1"), strict=True):
            shutil.copyfile(folder / name_of / "model.safetensors", folder / f"{file}.safetensors")
        swarm = Swarm(np.eye(args.particles), Motion(iterations=10**9, patience=10**9), seed=0)
        scores = dict(enumerate(np.linspace(0, 1, args.particles)))
        took = medians(
            {
                "move": lambda: swarm.tell(scores),
                "make": lambda: mixture(experts, (0.5, 0.3, 0.2), name="particle"),
                "files": lambda: by_checkpoints(folder, device),
            },
            args.runs,
        )
        move, make, files = took["move"] / args.particles, took["make"], took["files"]
        bytes_of = (folder / "x.safetensors").stat().st_size / 2**20
    print(f"a particle of {args.particles}, models of {bytes_of:.0f} MiB in {args.dtype} on {device}, three mixed")
    print(f"move         {move * 1e6:10.1f} us")
    print(f"materialise  {make * 1e6:10.1f} us")
    print(f"checkpoints  {files * 1e6:10.1f} us = {files / (move + make):.1f} x (move + materialise)")


if __name__ == "__main__":
    main()
