"""What it costs that models write together, against each of them writing alone, in one process.

    python benchmarks/fusion.py [--parameters 10M] [--dtype bfloat16] [--device cuda] [--threads 1] [--runs 5]
                                [--prompt 256] [--tokens 64] [--questions 32] [--speculate 4] [--agree 0.02]

Llamas made on the spot, greedy, all prompts of one length. Sides:

    fused        logit/fusion of three models
    apart        the same three, each writing all answers in its host's batch, one model after the other
    generate     transformers' `generate` on one batch, for each of the three
    nudged       api/nudging of two of them (gamma 0.5), against `apart2`, both of them alone
    pair         logit/fusion of a large and a small model; `speculative` the same with drafts by the small one
    large        the large one alone, in its host's batch
    half, twice  `fused` for half and for twice the tokens

The small model of the pair is the first quarter of the large one's layers, and the layers after it add `agree`
times what they would: the pair agrees about as often as a model and its distillate may, as the accepted fraction
says. Absolute times vary with the machine; the ratios, of medians of interleaved runs, are the result. On a CPU
that others use too, `--clock cpu` counts the process's own seconds.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
from symposia.agents import Ask, Sampling, Team
from symposia.agents.context import Context
from symposia.agents.decoding.messages import Decoded
from symposia.agents.models.hf import registry as resident
from symposia.agents.models.hf.loading import Source
from symposia.protocols.api import nudging
from symposia.protocols.logit import fusion
from symposia.tests.support import tiny
from transformers import LlamaForCausalLM

# Hidden width, MLP width, layers, heads, heads of keys and values, vocabulary.
SHAPES = {
    "1M": (128, 352, 4, 4, 2, 1_280),
    "10M": (384, 1024, 6, 6, 2, 4_000),
    "100M": (768, 2048, 12, 12, 4, 16_000),
    "300M": (1024, 2816, 24, 16, 4, 32_000),
    "1B": (2048, 5632, 22, 32, 4, 32_000),
}


def shape(parameters: str, context: int) -> dict[str, Any]:
    """A Llama's configuration."""
    names = ("hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads")
    *sizes, _ = SHAPES[parameters]
    spread = 0.05 if parameters == "1M" else 0.02
    return {**dict(zip(names, sizes, strict=True)), "max_position_embeddings": context, "initializer_range": spread}


def together(by: Callable[..., Any], team: Team[Any], questions: Sequence[Ask]) -> dict[str, int]:
    """Every question answered by a protocol, all at once; what was counted."""

    async def everything() -> None:
        places = [team.at(f"bench/{number}") for number in range(len(questions))]
        await asyncio.gather(*(by(place, question) for place, question in zip(places, questions, strict=True)))
        for place in places:
            await place.close()

    before = len(team.context.trace.events)
    asyncio.run(everything())
    said = [event.message for event in team.context.trace.events[before:] if isinstance(event.message, Decoded)]
    return {what: sum(one.counts.get(what, 0) for one in said) for what in ("drafted", "accepted")}


def apart(models: Sequence[Any], questions: Sequence[Ask], sampling: Sampling) -> None:
    """Every question answered by each model, one model after the other."""

    async def everything() -> None:
        for model in models:
            await asyncio.gather(*(model.write(question.turns(), sampling) for question in questions))

    asyncio.run(everything())


def generate(models: Sequence[LlamaForCausalLM], prompts: Sequence[Sequence[int]], tokens: int) -> None:
    """The same by `generate`, on prompts of one length."""
    with torch.inference_mode():
        for model in models:
            ids = torch.tensor(prompts, device=model.device)
            model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=tokens, do_sample=False)


def measure(sides: Mapping[str, Callable[[], object]], runs: int, clock: Callable[[], float]) -> dict[str, float]:
    """The median seconds of each side, of `runs` interleaved runs after one to warm up."""
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(runs + 1):
        for name, side in sides.items():
            wait()
            start = clock()
            side()
            wait()
            if turn:
                seconds[name].append(clock() - start)
    return {name: statistics.median(times) for name, times in seconds.items()}


def wait() -> None:
    """Wait for the GPU, if there is one: its clock is not the program's."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def agreeing(folder: Path, whole: Path, agree: float) -> list[Path]:
    """A large model whose later layers add little, and the small one that it begins with."""
    model = LlamaForCausalLM.from_pretrained(whole)
    first = len(model.model.layers) // 4
    with torch.no_grad():
        for layer in model.model.layers[first:]:
            layer.self_attn.o_proj.weight.mul_(agree)
            layer.mlp.down_proj.weight.mul_(agree)
    large = folder / "large"
    model.save_pretrained(large)
    tiny.PreTrainedTokenizerFast.from_pretrained(whole).save_pretrained(large)
    return [large, tiny.beginning(folder / "small", large, first)]


class Bench:
    """The models and the questions, and the sides that are timed."""

    def __init__(self, folder: Path, given: argparse.Namespace) -> None:
        size = shape(given.parameters, given.prompt + 2 * given.tokens + 16)
        words = [f"word{number}" for number in range(SHAPES[given.parameters][-1] - 262)]
        folders = [tiny.llama(folder / str(seed), *words, end=None, seed=seed, **size) for seed in range(3)]
        pair = agreeing(folder, folders[0], given.agree)
        source = partial(Source, dtype=given.dtype, device=given.device, threads=given.threads)
        self.given = given
        self.models, self.pair = (
            [resident.load(source(str(one)), one.name) for one in these] for these in (folders, pair)
        )
        dtype = next(iter(self.models[0].parameters.values()))
        self.plain = [
            LlamaForCausalLM.from_pretrained(one, dtype=dtype.dtype).eval().to(dtype.device) for one in folders
        ]
        fill = given.prompt - 4
        self.questions = [Ask(text=f"{n:03}".ljust(fill, "abcdefghij"[n % 10])) for n in range(given.questions)]

    def team(self, models: Sequence[Any], tokens: int) -> Team[Any]:
        """A team of these that writes so many tokens."""
        return Team(
            {str(n): model for n, model in enumerate(models)}, context=Context(sampling=Sampling(max_tokens=tokens))
        )

    def sides(self) -> dict[str, Callable[[], object]]:
        """What is timed."""
        tokens, questions = self.given.tokens, self.questions
        sampling = Sampling(max_tokens=tokens)
        prompts = [self.models[0].chat.prompt(question.turns()) for question in questions]
        three, two, pair = (
            self.team(self.models, tokens),
            self.team(self.models[:2], tokens),
            self.team(self.pair, tokens),
        )
        drafted = partial(fusion.answer, speculate=self.given.speculate)
        return {
            "fused": lambda: together(fusion.answer, three, questions),
            "apart": lambda: apart(self.models, questions, sampling),
            "generate": lambda: generate(self.plain, prompts, tokens),
            "nudged": lambda: together(partial(nudging.answer, gamma=0.5), two, questions),
            "apart2": lambda: apart(self.models[:2], questions, sampling),
            "pair": lambda: together(fusion.answer, pair, questions),
            "speculative": lambda: together(drafted, pair, questions),
            "large": lambda: apart(self.pair[:1], questions, sampling),
            "half": lambda: together(fusion.answer, self.team(self.models, tokens // 2), questions),
            "twice": lambda: together(fusion.answer, self.team(self.models, tokens * 2), questions),
        }

    def accepted(self) -> float:
        """Which fraction of what is drafted is accepted."""
        drafted = partial(fusion.answer, speculate=self.given.speculate)
        counts = together(drafted, self.team(self.pair, self.given.tokens), self.questions)
        return counts["accepted"] / max(counts["drafted"], 1)


CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}

RATIOS = (
    ("fused", "apart"),
    ("fused", "generate"),
    ("apart", "generate"),
    ("nudged", "apart2"),
    ("speculative", "pair"),
    ("speculative", "large"),
    ("pair", "large"),
)


def options() -> argparse.Namespace:
    """What was asked for."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    numbers = {"runs": 5, "prompt": 256, "questions": 32, "tokens": 64, "speculate": 4, "threads": 1}
    for name, default in numbers.items():
        asked.add_argument(f"--{name}", type=int, default=default)
    asked.add_argument("--parameters", choices=SHAPES, default="1M")
    asked.add_argument("--dtype", choices=("auto", "float32", "bfloat16"), default="auto")
    asked.add_argument("--device", default="auto")
    asked.add_argument("--agree", type=float, default=0.02)
    asked.add_argument("--clock", choices=CLOCKS, default="wall")
    asked.add_argument("--only", nargs="*", default=(), help="these sides alone")
    return asked.parse_args()


def main() -> None:
    """Build the models, run the sides."""
    given = options()
    torch.set_num_threads(given.threads)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), given)
        sides = {name: side for name, side in bench.sides().items() if not given.only or name in given.only}
        medians = measure(sides, given.runs, CLOCKS[given.clock])
        for name, median in medians.items():
            print(f"{name:<12}{median:8.3f} s")
        for side, other in RATIOS:
            if side in medians and other in medians:
                print(f"{side} takes {medians[side] / medians[other]:.2f} x the time of {other}")
        if {"half", "fused", "twice"} <= medians.keys():
            early, late = medians["fused"] - medians["half"], medians["twice"] - medians["fused"]
            print(f"a token of the second half of the text takes {late / early / 2:.2f} x the time of one before")
        if "speculative" in medians:
            print(f"of what was drafted {bench.accepted():.0%} were accepted")


if __name__ == "__main__":
    main()
