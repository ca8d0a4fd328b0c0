"""Forward sampling: futures of many candidates as one batch, against the same futures one after another.

Both sides make the same calls with the same seeds by the same code; the loop waits for each future before it begins the
next, as a program without a batcher does. Prints rollouts a second, the ratio (median of three), and the memory.
"""

import asyncio
import resource
from statistics import median
from time import perf_counter

from symposia.agents import Team, Turn
from symposia.agents.context import Context
from symposia.agents.loading import load
from symposia.agents.message import Sampling
from symposia.evaluators.multiturn.futures import Candidate, Future, Futures
from symposia.evaluators.tasks import pocket

PROMPTS, FUTURES, MESSAGES = 64, 3, 4
REPEATS = 3


def candidates() -> list[Candidate]:
    """Two responses to the first message of each goal."""
    items = pocket.load(split="test", limit=PROMPTS, seed=1, skills=["composition"])
    return [
        Candidate(item, (Turn("user", item.question), Turn("assistant", said)), f"q{number}/{said}", f"q{number}")
        for number, item in enumerate(items)
        for said in ("12", "a")
    ]


def futures() -> Futures:
    """The sampler, on a team without a trace of the other side."""
    models = {"user": load("pocket:user"), "assistant": load("pocket:generalist")}
    return Futures(
        Team(models, context=Context(seed=7, sampling=Sampling(temperature=0.8, max_tokens=24))),
        count=FUTURES,
        messages=MESSAGES,
    )


async def batched(wanted: list[Candidate]) -> list[list[Future]]:
    """All futures at once."""
    return await futures()(wanted)


async def one_by_one(wanted: list[Candidate]) -> list[list[Future]]:
    """The same futures, each after the one before."""
    sample = futures()
    return [[await sample.future(one, number) for number in range(FUTURES)] for one in wanted]


def seconds(work: object, wanted: list[Candidate]) -> tuple[float, list[list[Future]]]:
    """The time of a side, and what it sampled."""
    began = perf_counter()
    found = asyncio.run(work(wanted))  # type: ignore[operator]
    return perf_counter() - began, found


def main() -> None:
    """Measure and print."""
    wanted = candidates()
    seconds(batched, wanted)  # warm: the models are loaded
    ratios, rates = [], []
    for _ in range(REPEATS):
        slow, expected = seconds(one_by_one, wanted)
        before = memory()
        fast, found = seconds(batched, wanted)
        assert [[one.turns for one in row] for row in found] == [[one.turns for one in row] for row in expected]
        ratios.append(slow / fast)
        rates.append(len(wanted) * FUTURES / fast)
    messages = sum(len(one.turns) - 2 for row in found for one in row)
    print(
        f"{len(wanted) * FUTURES} futures of {messages} messages: {median(rates):.1f} rollouts/s as one batch, "
        f"{median(ratios):.1f} x a sequential loop (of {', '.join(f'{one:.1f}' for one in ratios)}); "
        f"{memory():.0f} MB at most, {memory() - before:.0f} MB more than the loop"
    )


def memory() -> float:
    """The most memory that this process has had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
