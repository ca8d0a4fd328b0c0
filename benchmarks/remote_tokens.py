"""Decoding token by token over a broker: what a token costs, alone and with many questions at once.

    python benchmarks/remote_tokens.py [--passes 3] [--tokens 16] [--questions 1 16]

A fusion of two pocket models in this process, and of the same two in two workers, with whole distributions and with the
64 likeliest tokens of each. The texts of whole distributions have to be the same, or the exit code is 1. Medians over
passes; read the ratios.
"""

import argparse
import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping
from statistics import median
from time import perf_counter
from typing import Any

from symposia.agents import Ask, Team
from symposia.agents.concurrency import gather
from symposia.agents.decoding.combine import Mean
from symposia.agents.decoding.decoder import decode
from symposia.agents.loading import load
from symposia.agents.peers.borrowing import borrow
from symposia.agents.runtime.mqtt.broker import private_broker
from symposia.agents.runtime.mqtt.runtime import MqttRuntime

MODELS = ("pocket:generalist", "pocket:arithmetic")
TOP = 64


def main() -> int:
    """Measure, print, and compare the texts."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--tokens", type=int, default=16)
    parser.add_argument("--questions", type=int, nargs="*", default=[1, 16])
    return asyncio.run(measured(parser.parse_args()))


async def measured(given: Any) -> int:
    """Measure all ways in turn."""
    with private_broker() as broker:
        command = [sys.executable, "-m", "symposia.scenarios.cli", "worker"]
        fleet = [
            subprocess.Popen(  # noqa: ASYNC220 - they are started once
                [*command, model, "--runtime", broker.address.url],
                stderr=subprocess.DEVNULL,
                env=dict(os.environ, OMP_NUM_THREADS="1"),
            )
            for model in MODELS
        ]
        runtime = MqttRuntime(broker.address)
        runtime.start()
        await runtime.ready()
        try:
            ways = {
                "here": {name: load(name) for name in MODELS},
                "workers, whole": {name: await borrow(runtime, name) for name in MODELS},
                f"workers, top {TOP}": {name: await borrow(runtime, name, top=TOP) for name in MODELS},
            }
            return await compared(ways, given)
        finally:
            await runtime.stop()
            for one in fleet:
                one.kill()
                one.wait()


async def compared(ways: Mapping[str, Mapping[str, Any]], given: Any) -> int:
    """Print a row for each number of questions at once and each way; 1 where texts differ."""
    different = 0
    for questions in given.questions:
        times: dict[str, list[float]] = {name: [] for name in ways}
        said: dict[str, Any] = {}
        for number in range(given.passes + 1):
            for name, models in ways.items():
                began = perf_counter()
                said[name] = await fused(models, questions, given.tokens)
                if number:  # the first pass warms up
                    tokens = sum(len(answer.ids) for answer in said[name].values())
                    times[name].append((perf_counter() - began) / tokens * 1e3)
        different += said["workers, whole"] != said["here"]
        here = median(times["here"])
        print(f"{questions} at once, ms a token")
        for name, found in times.items():
            same = sum(said[name][one].text == said["here"][one].text for one in said["here"])
            ratio = median(found) / here
            print(f"  {name:18} {median(found):7.2f}  {ratio:5.1f} x here, {same} of {questions} texts equal")
    return 1 if different else 0


async def fused(models: Mapping[str, Any], questions: int, tokens: int) -> dict[int, Any]:
    """The answers to so many questions at once, by fusion."""
    team = Team({name.partition(":")[2]: model for name, model in models.items()})
    calls = {
        number: decode(team.at(f"q{number}"), Ask(text=f"compute {number + 10} + 27"), Mean(), max_tokens=tokens)
        for number in range(questions)
    }
    return await gather(calls)


if __name__ == "__main__":
    sys.exit(main())
