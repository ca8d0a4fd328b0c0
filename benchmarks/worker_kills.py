"""Workers that are killed while they work: is anything lost, or counted twice?

    python benchmarks/worker_kills.py [--schedules 20] [--questions 200] [--workers 3] [--broker] [--seed 7]

One run of a vote of three members at temperature 1 is made here, and one for each random schedule of SIGKILLs over
workers in processes of their own, which are started again; with --broker the broker is killed once a run, too. Every
run has to have the same samples and the same report, but for the seconds that they took. Exit code 1 where one has not.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from symposia import run
from symposia.agents.runtime.mqtt.broker import PrivateBroker

MODEL = '''"""A model that thinks for a while, and whose answer depends on what it was asked and on the seed alone."""
import asyncio
from hashlib import sha256
from symposia.agents import Answer
from symposia.agents.accounting import Usage


class Steady:
    def __init__(self, name):
        self.name = name

    async def write(self, turns, sampling):
        await asyncio.sleep(0.3)
        said = sha256(f"{self.name} {[turn.text for turn in turns]} {sampling.seed}".encode()).hexdigest()
        return Answer(text=str(int(said, 16) % 10), usage=Usage(prompt_tokens=3, completion_tokens=1, calls=1))


def load(rest):
    return Steady(rest)
'''
SECONDS = ("seconds",)


def main() -> int:
    """Run all schedules, print a line each, and compare."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--schedules", type=int, default=20)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--broker", action="store_true", help="Kill the broker once a run, too.")
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "steady.py").write_text(MODEL)
        expected = outcome(folder, given.questions, folder / "here", None)
        for schedule in range(given.schedules):
            killed, found, seconds = under_fire(folder, given, schedule)
            same = found == expected
            failed += not same
            print(f"schedule {schedule}: {killed} kills in {seconds:.0f} s: {'the same' if same else 'DIFFERS'}")
    same = given.schedules - failed
    print(f"{same} of {given.schedules} runs have the samples and the report of the run without workers.")
    return 1 if failed else 0


def under_fire(folder: Path, given: Any, schedule: int) -> tuple[int, Any, float]:  # noqa: PLR0915 - one story
    """A run over workers that are killed; the number of kills, what came of it, and its seconds."""
    rng = random.Random(given.seed * 1000 + schedule)
    began = time.monotonic()
    broker = PrivateBroker(folder)
    broker.start()
    address = broker.address.url
    fleet = [started(folder, address) for _ in range(given.workers)]
    over = threading.Event()
    kills = [0]

    def shoot() -> None:
        time.sleep(2)
        while not over.wait(rng.uniform(0.3, 2.5)):
            if given.broker and kills[0] == 2:
                broker.kill()
                time.sleep(rng.uniform(0.1, 1.0))
                broker.start()
            at = rng.randrange(len(fleet))
            fleet[at].kill()
            fleet[at].wait()
            kills[0] += 1
            fleet[at] = started(folder, address)

    killer = threading.Thread(target=shoot)
    killer.start()
    try:
        found = outcome(folder, given.questions, folder / f"run-{schedule}", address)
        return kills[0], found, time.monotonic() - began
    finally:
        over.set()
        killer.join()
        for one in fleet:
            one.kill()
            one.wait()
        broker.stop()


def started(folder: Path, address: str) -> "subprocess.Popen[bytes]":
    """A worker in a process of its own."""
    models = [f"./steady.py:{name}" for name in ("amber", "blue", "coral")]
    command = [sys.executable, "-m", "symposia.scenarios.cli", "worker", *models, "--runtime", address, "--window", "8"]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=folder, stdout=quiet, stderr=quiet, env=dict(os.environ, OMP_NUM_THREADS="1"))


def outcome(folder: Path, questions: int, out: Path, address: str | None) -> Any:
    """The samples and the report of a run, without the seconds that they took."""
    team = [{"name": name, "model": f"./steady.py:{name}"} for name in ("amber", "blue", "coral")]
    scenario = {
        "protocol": {"use": "text/majority_vote"},
        "team": team,
        "task": {"use": "pocket"},
        "sampling": {"temperature": 1.0},
        "baselines": False,
        **({"runtime": address} if address else {}),
    }
    path = folder / "vote.yaml"
    path.write_text(json.dumps(scenario))
    finished = run(str(path), limit=questions, out=out)
    samples = [without_seconds(sample.model_dump()) for sample in finished.samples]
    return samples, without_seconds(finished.report.model_dump())


def without_seconds(data: Any) -> Any:
    """Data without what differs from machine to machine: the seconds, and the share of time a device was busy."""
    if isinstance(data, dict):
        return {
            key: without_seconds(value) for key, value in data.items() if key not in (*SECONDS, "busy", "directory")
        }
    return [without_seconds(one) for one in data] if isinstance(data, list | tuple) else data


if __name__ == "__main__":
    sys.exit(main())
