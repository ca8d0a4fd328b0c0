"""Samples of one question at once, with their prompt read once and with each one's prompt read by itself.

    python benchmarks/prefixes.py [--model pocket:generalist] [--questions 8] [--samples 16] [--prompt 200]
                                  [--tokens 16] [--runs 5] [--threads 1]

Both sides in one process, medians of interleaved runs; the ratio is the result.
"""

import argparse
import asyncio
import statistics
import time

import torch
from symposia import load
from symposia.agents import Sampling, Turn
from symposia.agents.models.hf import runner
from symposia.agents.models.hf.shared_prefixes import prefixes


async def sampled(args: argparse.Namespace) -> float:
    """The seconds of all answers."""
    model = load(args.model)
    words = "a b c d e f g h " * (args.prompt // 8)
    begun = time.perf_counter()
    await asyncio.gather(
        *(
            model.write(
                (Turn("user", f"{question} {words}"),),
                Sampling(temperature=0.9, seed=sample, max_tokens=args.tokens),
            )
            for question in range(args.questions)
            for sample in range(args.samples)
        )
    )
    return time.perf_counter() - begun


def main() -> None:
    """Run both sides in turns and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--model", default="pocket:generalist")
    sizes = {"questions": 8, "samples": 16, "prompt": 200, "tokens": 16, "runs": 5, "threads": 1}
    for name, default in sizes.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    asyncio.run(sampled(args))  # warms up
    seconds: dict[str, list[float]] = {"once": [], "each": []}
    for _ in range(args.runs):
        for side, by in (("once", prefixes), ("each", lambda _: {})):
            runner.prefixes = by  # type: ignore[assignment]
            seconds[side].append(asyncio.run(sampled(args)))
    once, each = (statistics.median(seconds[side]) for side in ("once", "each"))
    print(f"{args.questions} questions of {args.prompt} words, {args.samples} samples each: {each / once:.2f} x faster")


if __name__ == "__main__":
    main()
