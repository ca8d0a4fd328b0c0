"""How long 200 concurrent requests to a served debate take, against the same questions asked in this process.

    python benchmarks/serve.py [--scenario debate] [--requests 200] [--runs 3]

The server is a process of its own, started by `symposia serve`; the client is the official `openai` one, which sends
all requests at once. Seconds are those of a request as its client waits, the time in the queue included. In process
the same team answers the same questions, as many at once as the server works on. Answers must be equal. Runs
are interleaved; medians.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from openai import AsyncOpenAI
from symposia.agents.turn import Turn
from symposia.evaluators.tasks import pocket
from symposia.scenarios.planning.wanted import planned
from symposia.scenarios.serving.offered import Asked, Offered
from symposia.scenarios.serving.opened import opened
from symposia.tests.support.serving_process import SECRET, serving

Ask = Callable[[str], Awaitable[str]]


async def timed(ask: Ask, questions: Sequence[str]) -> tuple[float, list[float], list[str]]:
    """The seconds of all questions together, of each, and the answers."""

    async def one(question: str) -> tuple[float, str]:
        began = time.perf_counter()
        said = await ask(question)
        return time.perf_counter() - began, said

    began = time.perf_counter()
    found = await asyncio.gather(*map(one, questions))
    return time.perf_counter() - began, [seconds for seconds, _ in found], [said for _, said in found]


async def over_http(client: AsyncOpenAI, model: str, question: str) -> str:
    """The answer of a served model."""
    said = await client.chat.completions.create(model=model, messages=[{"role": "user", "content": question}])
    return said.choices[0].message.content or ""


async def in_process(one: Offered, slots: asyncio.Semaphore, question: str) -> str:
    """The answer of the same team here."""
    async with slots:
        return (await one.said(Asked((Turn("user", question),), {}, one.usual_seed))).answer.text


async def measured(args: argparse.Namespace, url: str) -> None:
    """Print the figures of all runs."""
    questions = [item.ask().render() for item in pocket.load(split="test", limit=args.requests)]
    plan = planned(args.scenario)
    slots = asyncio.Semaphore(plan.scenario.concurrency)
    totals: dict[str, list[float]] = {"http": [], "here": []}
    each: list[float] = []
    async with (
        opened(plan) as offered,
        AsyncOpenAI(base_url=url, api_key=SECRET, max_retries=0, timeout=600) as client,
    ):
        ways: dict[str, Ask] = {
            "http": partial(over_http, client, offered[0].name),
            "here": partial(in_process, offered[0], slots),
        }
        for ask in ways.values():
            await timed(ask, questions[:8])
        for run in range(args.runs):
            texts = {}
            for name, ask in ways.items():
                total, seconds, texts[name] = await timed(ask, questions)
                totals[name].append(total)
                each += seconds if name == "http" else []
            print(f"run {run}: http {totals['http'][-1]:.2f} s, in process {totals['here'][-1]:.2f} s", flush=True)
            assert texts["http"] == texts["here"]
    http, here = (statistics.median(totals[name]) for name in ("http", "here"))
    cuts = statistics.quantiles(each, n=20)
    print(f"{args.requests} concurrent requests to {args.scenario}, {args.runs} runs: all finished, equal answers")
    print(f"p50 {statistics.median(each):.2f} s, p95 {cuts[-1]:.2f} s, {args.requests / http:.1f} requests/s")
    print(f"all: {http:.2f} s over HTTP, {here:.2f} s in process: {http / here:.2f} times")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", default="debate")
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    with serving(args.scenario) as url:
        asyncio.run(measured(args, url))


if __name__ == "__main__":
    main()
