"""What a step of a swarm costs: coefficients in memory against checkpoints on disk, in one process.

    python benchmarks/swarm.py [--particles 10] [--width 512] [--layers 4] [--runs 5]

`move` is a step of all particles as coefficients over as many experts. `materialise` makes one particle's live
model from three resident experts, as a swarm does once a particle and round. `checkpoints` is what the original does
for one particle and step: read its place, its velocity, its best, the best and the worst of all as safetensors,
combine them, write the new velocity and the new place, and read that back to serve it.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import numpy as np
import tiny
from safetensors.torch import load_file, save_file
from symposia.agents.models.load import load
from symposia.trainers.mixing import mixture
from symposia.trainers.search.motion import Motion
from symposia.trainers.search.swarm import Swarm


def median(work: Callable[[], object], runs: int) -> float:
    """The median time of some work, in seconds."""
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def by_checkpoints(folder: Path) -> None:
    """One particle's step through files."""
    x, v, p, g, w = (load_file(folder / f"{name}.safetensors") for name in "xvpgw")
    velocity = {k: 0.2 * v[k] + 0.3 * (p[k] - x[k]) + 0.4 * (g[k] - x[k]) + 0.1 * (x[k] - w[k]) for k in x}
    save_file(velocity, folder / "new-v.safetensors")
    save_file({k: x[k] + 0.5 * velocity[k] for k in x}, folder / "new-x.safetensors")
    load_file(folder / "new-x.safetensors")


def main() -> None:
    """Print the three times and their ratios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--particles", type=int, default=10)
    parser.add_argument("--width", type=int, default=512)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        size = {"hidden_size": args.width, "intermediate_size": 3 * args.width, "num_hidden_layers": args.layers}
        experts = {f"m{n}": load(f"hf:{tiny.llama(folder / f'm{n}', seed=n, **size)}") for n in range(3)}
        for file, expert in zip("xvpgw", ("m0", "m1", "m2", "m0", "m1"), strict=True):
            save_file(load_file(folder / expert / "model.safetensors"), folder / f"{file}.safetensors")
        swarm = Swarm(np.eye(args.particles), Motion(iterations=10**9, patience=10**9), seed=0)
        scores = dict(enumerate(np.linspace(0, 1, args.particles)))
        move = median(lambda: swarm.tell(scores), args.runs) / args.particles
        make = median(lambda: mixture(experts, (0.5, 0.3, 0.2), name="particle"), args.runs)
        files = median(lambda: by_checkpoints(folder), args.runs)
        bytes_of = (folder / "x.safetensors").stat().st_size / 2**20
    print(f"one particle of {args.particles}, models of {bytes_of:.0f} MiB, three of them materialised")
    print(f"move         {move * 1e6:10.1f} us")
    print(f"materialise  {make * 1e6:10.1f} us")
    print(f"checkpoints  {files * 1e6:10.1f} us = {files / (move + make):.1f} x (move + materialise)")


if __name__ == "__main__":
    main()
