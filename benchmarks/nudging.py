"""What api/nudging costs, against its two models each writing as many tokens alone, in its host's batch.

    python benchmarks/nudging.py [--parameters 10M] [--device cuda] [--runs 5] [--tokens 32] [--batches 1 32]

Llamas made on the spot that never end a text, every token a word, in one process, runs interleaved, medians. The base
is never sure (the nudger writes all, the base reads along), sure of about half of its tokens, or always sure.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
from mixture import CLOCKS, SHAPES, measure, write
from symposia.agents import Ask, Sampling, Stepper
from symposia.agents.models.hf import registry
from symposia.agents.models.hf.loading import Source
from symposia.protocols.api import nudging
from symposia.tests.support.tiny import llama


def made(folder: Path, given: argparse.Namespace) -> list[Any]:
    """Two random models of one vocabulary, almost all of whose tokens begin with a space."""
    hidden, inner, layers, words = SHAPES[given.parameters]
    size = {"hidden_size": hidden, "intermediate_size": inner, "num_hidden_layers": layers}
    vocabulary = [f" word{number}" for number in range(words - 262)]
    folders = [
        llama(folder / str(seed), *vocabulary, end=None, seed=seed, max_position_embeddings=512, **size)
        for seed in range(2)
    ]
    return [registry.load(Source(str(one), device=given.device), one.name) for one in folders]


async def median_sureness(model: Stepper, tokens: int) -> float:
    """The median of its top probability in a text of its own."""
    session, tops = await model.open(Ask(text="000 what?").turns()), []
    for _ in range(tokens):
        logits = await session.next()
        tops.append(float(logits.softmax(-1).max()))
        session.append([int(logits.argmax())])
    session.close()
    return float(torch.tensor(tops).median())


def apart(models: Sequence[Any], batch: int, tokens: int) -> None:
    """The same number of texts by each model alone, one model after the other."""
    sampling = Sampling(temperature=1.0, max_tokens=tokens)

    async def everything() -> None:
        for model in models:
            asked = [Ask(text=f"{number:03} what?").turns() for number in range(batch)]
            await asyncio.gather(*(model.write(turns, sampling) for turns in asked))

    asyncio.run(everything())


def main() -> None:
    """Print a line for each batch."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--parameters", choices=SHAPES, default="1M")
    asked.add_argument("--device", default="auto")
    asked.add_argument("--runs", type=int, default=5)
    asked.add_argument("--clock", choices=CLOCKS, default="wall", help="cpu: the process's own, for a busy machine")
    asked.add_argument("--tokens", type=int, default=32)
    asked.add_argument("--batches", type=int, nargs="+", default=[1, 32])
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        models = made(Path(folder), given)
        half = asyncio.run(median_sureness(models[0], 64))
        for batch in given.batches:
            gammas = {"never sure": 1.1, "half sure": half, "always sure": 0.0}
            sides = {
                name: partial(write, partial(nudging.answer, gamma=gamma), models, batch, given.tokens)
                for name, gamma in gammas.items()
            }
            found = measure({"apart": partial(apart, models, batch, given.tokens), **sides}, given.runs, given.clock)
            each = 1000 * found["apart"] / given.tokens / batch
            ratios = ", ".join(f"{name} {found[name] / found['apart']:.2f} x" for name in gammas)
            print(f"batch {batch:>2}: both apart {each:.3f} ms a token; nudged {ratios}")


if __name__ == "__main__":
    main()
