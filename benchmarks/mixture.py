"""What a token of logit/mixture costs, which reads one member, against one of logit/fusion, which reads all.

    python benchmarks/mixture.py [--parameters 10M] [--device cuda] [--runs 5] [--tokens 32] [--members 2 4]

Llamas made on the spot that never end a text, at temperature 1, both sides in one process, runs interleaved, medians.
Beside the ratio, what it would be if the time of a pass were a + b x positions with b/a = 0: 1 / members. Members all
read every position, so nothing is saved where positions are what costs: large batches, CPUs.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import torch
from symposia.agents import Ask, Sampling, Team
from symposia.agents.context import Context
from symposia.agents.models.hf import registry
from symposia.agents.models.hf.loading import Source
from symposia.protocols.logit import fusion, mixture
from symposia.tests.support.tiny import llama

# Hidden width, MLP width, layers, vocabulary.
SHAPES = {"1M": (128, 352, 4, 1_280), "10M": (384, 1024, 6, 4_000), "100M": (768, 2048, 12, 16_000)}
BATCHES = (1, 64)
CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}


def made(folder: Path, given: argparse.Namespace) -> list[Any]:
    """Random models of one vocabulary, as many as the largest team has."""
    hidden, inner, layers, words = SHAPES[given.parameters]
    size = {"hidden_size": hidden, "intermediate_size": inner, "num_hidden_layers": layers}
    vocabulary = [f"word{number}" for number in range(words - 262)]
    folders = [
        llama(folder / str(seed), *vocabulary, end=None, seed=seed, max_position_embeddings=512, **size)
        for seed in range(max(given.members))
    ]
    return [registry.load(Source(str(one), device=given.device), one.name) for one in folders]


def write(by: Callable[..., Any], models: list[Any], batch: int, tokens: int) -> None:
    """So many texts at once."""

    async def everything() -> None:
        context = Context(sampling=Sampling(temperature=1.0, max_tokens=tokens))
        team = Team({str(number): model for number, model in enumerate(models)}, context=context)
        places = [team.at(f"bench/{number}") for number in range(batch)]
        await asyncio.gather(*(by(place, Ask(text=f"{n:03} what?")) for n, place in enumerate(places)))
        for place in places:
            await place.close()

    asyncio.run(everything())


def measure(sides: Mapping[str, Callable[[], None]], runs: int, clock: str = "wall") -> dict[str, float]:
    """The median seconds of each side, of interleaved runs after one to warm up."""
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(runs + 1):
        for name, side in sides.items():
            start = CLOCKS[clock]()
            side()
            if torch.cuda.is_available():
                torch.cuda.synchronize()
            if turn:
                seconds[name].append(CLOCKS[clock]() - start)
    return {name: median(times) for name, times in seconds.items()}


def main() -> None:
    """Print a line for each team and batch."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--parameters", choices=SHAPES, default="1M")
    asked.add_argument("--device", default="auto")
    asked.add_argument("--runs", type=int, default=5)
    asked.add_argument("--clock", choices=CLOCKS, default="wall", help="cpu: the process's own, for a busy machine")
    asked.add_argument("--tokens", type=int, default=32)
    asked.add_argument("--members", type=int, nargs="+", default=[2, 4])
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        models = made(Path(folder), given)
        ways = {"mixture": mixture.answer, "fusion": partial(fusion.answer, of="probabilities")}
        for count in given.members:
            for batch in BATCHES:
                sides = {name: partial(write, by, models[:count], batch, given.tokens) for name, by in ways.items()}
                found = measure(sides, given.runs, given.clock)
                each = {name: 1000 * seconds / given.tokens / batch for name, seconds in found.items()}
                print(
                    f"{count} members, batch {batch:>2}: mixture {each['mixture']:.3f} ms a token, fusion "
                    f"{each['fusion']:.3f}: {found['mixture'] / found['fusion']:.2f} x (1/n: {1 / count:.2f})"
                )


if __name__ == "__main__":
    main()
