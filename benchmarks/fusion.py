"""What it costs that models write together, against each of them writing alone, in one process.

    python benchmarks/fusion.py [--runs 5] [--questions 32] [--tokens 64]

Llamas of 1.1 M parameters, greedy, one thread; every prompt has 256 tokens. Sides: `fused` is logit/fusion of
three models; `apart` is the same three models, each writing all answers in its host's batch, one model after
the other; `generate` is transformers' `generate` on one batch, for each model. `nudged` is api/nudging of two
models that are alike (gamma 0.5), against `apart2`, both of them alone. Absolute times vary with the machine;
the ratios, of medians of interleaved runs, are the result.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import tiny
import torch
from symposia.agents import Ask, Sampling, Team
from symposia.agents.models.load import load
from symposia.agents.run import Run
from symposia.protocols.api import nudging
from symposia.protocols.logit import fusion
from transformers import LlamaForCausalLM

SIZE = {
    "hidden_size": 128,
    "intermediate_size": 352,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "initializer_range": 0.05,
}
PROMPT = 256


def together(by: Callable[..., Any], team: Team[Any], questions: Sequence[Ask]) -> None:
    """Every question answered by a protocol, all at once."""

    async def everything() -> None:
        places = [team.at(f"bench/{number}") for number in range(len(questions))]
        await asyncio.gather(*(by(place, question) for place, question in zip(places, questions, strict=True)))
        for place in places:
            await place.close()

    asyncio.run(everything())


def apart(models: Sequence[Any], questions: Sequence[Ask], sampling: Sampling) -> None:
    """Every question answered by each model, one model after the other."""

    async def everything() -> None:
        for model in models:
            await asyncio.gather(*(model.write(question.turns(), sampling) for question in questions))

    asyncio.run(everything())


def generate(models: Sequence[LlamaForCausalLM], prompts: Sequence[Sequence[int]], tokens: int) -> None:
    """The same by `generate`, on prompts of one length."""
    ids = torch.tensor(prompts)
    with torch.inference_mode():
        for model in models:
            model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=tokens, do_sample=False)


def measure(sides: dict[str, Callable[[], None]], runs: int) -> dict[str, float]:
    """The median seconds of each side, of `runs` interleaved runs after one to warm up."""
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(runs + 1):
        for name, side in sides.items():
            start = time.perf_counter()
            side()
            if turn:
                seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(times) for name, times in seconds.items()}


def main() -> None:
    """Build the models, run the sides."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for name, default in (("runs", 5), ("questions", 32), ("tokens", 64)):
        options.add_argument(f"--{name}", type=int, default=default)
    given = options.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        words = [f"word{n}" for n in range(1018)]
        folders = [tiny.llama(Path(folder) / str(seed), *words, end=None, seed=seed, **SIZE) for seed in range(3)]
        models = [load(f"hf:{one}") for one in folders]
        plain = [LlamaForCausalLM.from_pretrained(one).eval() for one in folders]
        questions = [
            Ask(text=f"{number:03}".ljust(PROMPT - 4, "abcdefghij"[number % 10])) for number in range(given.questions)
        ]
        prompts = [models[0].chat.prompt(question.turns()) for question in questions]
        sampling = Sampling(max_tokens=given.tokens)
        team = Team({str(number): model for number, model in enumerate(models)}, run=Run(sampling=sampling))
        sides: dict[str, Callable[[], None]] = {
            "fused": partial(together, fusion.answer, team, questions),
            "apart": partial(apart, models, questions, sampling),
            "generate": partial(generate, plain, prompts, given.tokens),
            "nudged": partial(together, partial(nudging.answer, gamma=0.5), team.only(("0", "1")), questions),
            "apart2": partial(apart, models[:2], questions, sampling),
        }
        medians = measure(sides, given.runs)
        for name, median in medians.items():
            print(f"{name:<10}{median:8.3f} s")
        for side, other in (("fused", "apart"), ("fused", "generate"), ("nudged", "apart2")):
            print(f"{side} takes {medians[side] / medians[other]:.2f} x the time of {other}")


if __name__ == "__main__":
    main()
