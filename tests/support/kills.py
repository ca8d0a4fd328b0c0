"""Runs of small scenarios that are killed by SIGKILL, as often as one likes, and gone on with.

Models of a file of their own keep a journal of what they were asked and answered, which survives the kills.
"""

import json
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

from symposia.agents.event import CONDUCTOR
from symposia.agents.failure import Failure
from symposia.agents.trace_reader import read

IN_FLIGHT: Final = 12
"""How many questions these scenarios ask at once at most, and so how many answers may come back in one moment."""

MODEL: Final = '''
"""Models that answer after a moment, always the same, and keep a journal."""

import asyncio
from hashlib import sha256
from pathlib import Path
from symposia.agents import Answer, Usage

JOURNAL = Path(__file__).parent / "journal"


def note(word, key):
    with JOURNAL.open("ab") as file:
        file.write(f"{word} {key}\\n".encode())


class Journaling:
    def __init__(self, name):
        self.name = name

    async def write(self, turns, sampling=None):
        asked = "|".join(turn.text for turn in turns)
        key = sha256(f"{self.name}|{sampling.seed}|{asked}".encode()).hexdigest()[:16]
        note("asked", key)
        await asyncio.sleep(0.01 + int(key[:2], 16) / 8000)
        note("answered", key)
        text = f"Answer: {int(key[:4], 16) % 3}"
        return Answer(text=text, usage=Usage(prompt_tokens=len(asked.split()), completion_tokens=2, calls=1))


def load(name):
    return Journaling(name)
'''

SCENARIOS: Final = {
    "text": """
protocol: {use: text/debate, options: {rounds: 2}}
team:
  - {name: amber, model: "./models.py:a"}
  - {name: blue, model: "./models.py:b"}
  - {name: coral, model: "./models.py:c"}
topology: ring
task: {use: short_answer, data: sums}
concurrency: 4
""",
    "nested": """
protocol: {use: text/majority_vote}
team:
  - {name: amber, model: "./models.py:a"}
  - name: inner
    model:
      protocol: {use: text/debate, options: {rounds: 1}}
      team: [{name: blue, model: "./models.py:b"}, {name: coral, model: "./models.py:c"}]
      topology: complete
task: {use: short_answer, data: sums}
concurrency: 4
""",
    "simulate": """
protocol: {use: text/user_loop, options: {max_turns: 3}}
team: [{name: user, model: "./models.py:u"}, {name: assistant, model: "./models.py:a"}]
task: {use: short_answer, data: sums}
concurrency: 4
""",
    "logit": """
protocol: {use: logit/fusion}
team: [{name: arithmetic, model: "pocket:arithmetic"}, {name: strings, model: "pocket:strings"}]
task: {use: pocket, limit: 24, dev_limit: 8}
concurrency: 4
""",
    "weight": """
protocol:
  use: weight/evolve
  options: {method: task_arithmetic, base: base, start: [1.0, 0.2], groups: 2, population: 4, iterations: 2}
team:
  - {name: base, model: "pocket:base"}
  - {name: generalist, model: "pocket:generalist"}
  - {name: strings, model: "pocket:strings"}
task: {use: pocket, limit: 8, dev_limit: 8}
concurrency: 4
""",
}
"""Scenarios of every level, by name."""


BENCH: Final = """
protocols:
  vote: {use: text/majority_vote}
  debate: {use: text/debate, topology: ring, options: {rounds: 1}}
tasks:
  sums: {use: short_answer, data: sums}
teams:
  pair: [{name: amber, model: "./models.py:a"}, {name: blue, model: "./models.py:b"}]
  three:
    - {name: amber, model: "./models.py:a"}
    - {name: blue, model: "./models.py:b"}
    - {name: coral, model: "./models.py:c"}
seeds: [0, 1]
emergence: {samples: 1}
concurrency: 4
at_once: 3
"""
"""A bench whose cells ask the same questions, and that samples its members."""


@dataclass(frozen=True)
class Lab:
    """A folder with a scenario, or a bench, its models and its data."""

    folder: Path
    command: str = "run"

    @classmethod
    def of(cls, name: str, folder: Path) -> "Lab":
        """Write everything that the scenario needs."""
        folder.mkdir()
        (folder / "models.py").write_text(MODEL)
        (folder / "s.yaml").write_text(BENCH if name == "bench" else SCENARIOS[name])
        for split, first in (("dev", 0), ("test", 50)):
            rows = [{"input": f"{n} mod 3?", "output": str(n % 3)} for n in range(first, first + 12)]
            (folder / f"sums.{split}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        return cls(folder, "bench" if name == "bench" else "run")

    @property
    def trace(self) -> Path:
        """The trace of its run; of a bench the journal, which grows with every answer, too."""
        return self.folder / ("run/trace.jsonl" if self.command == "run" else "journal")

    def start(self) -> "subprocess.Popen[str]":
        """The command, in a process of its own."""
        command = [sys.executable, "-m", "symposia.scenarios.cli", self.command, "s.yaml", "--out", "run", "--quiet"]
        return subprocess.Popen(command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def run(self) -> None:
        """Run to the end."""
        started = self.start()
        _, error = started.communicate(timeout=300)
        assert (started.returncode, error) == (0, "")

    def kill_at(self, size: int) -> int | None:
        """Run until the trace has this many bytes, and kill; how long the journal then was, in lines, and None where
        the run ended first.
        """
        started = self.start()
        while started.poll() is None:
            if self.trace.exists() and self.trace.stat().st_size >= size:
                started.kill()
                started.communicate()
                return len(self.journal())
            time.sleep(0.0005)
        _, error = started.communicate()
        assert (started.returncode, error) == (0, "")
        return None

    def result(self) -> Any:
        """The report without the seconds that things took, and what every question was answered."""
        report = json.loads((self.folder / "run" / "report.json").read_text())
        rows = [{**row, "seconds": 0} for row in report["rows"] if row["metric"] != "seconds"]
        samples = [json.loads(line) for line in (self.folder / "run" / "samples.jsonl").read_text().splitlines()]
        return rows, report["notes"], [(sample["id"], sample["output"], sample["score"]) for sample in samples]

    def repeated_in_the_trace(self) -> int:
        """How many answers the trace has more than once."""
        replies = (event for event in read(self.trace)[1] if event.to == CONDUCTOR != event.sender)
        places = Counter((event.question, event.sender, event.turn) for event in replies if is_answer(event.message))
        return sum(times - 1 for times in places.values())

    def journal(self) -> list[tuple[str, str]]:
        """What the models were asked and answered, in its order: the word, and the key of the call."""
        path = self.folder / "journal"
        lines = path.read_text().splitlines() if path.exists() else []
        return [(line.split()[0], line.split()[1]) for line in lines]

    def repeated_at_the_models(self, kills: list[int], moments: int = 2 * IN_FLIGHT) -> int:
        """How many answers were asked for again although they had come back before a kill.

        Kills are lengths of the journal. Time is counted in its lines, as seconds say nothing on a loaded machine: an
        answer has come back when the models did more after it than all calls in flight can do in one moment.
        """
        came: dict[str, int] = {}
        repeated = 0
        for line, (word, key) in enumerate(self.journal()):
            if word == "asked" and key in came:
                kill = min((kill for kill in kills if came[key] < kill <= line), default=None)
                repeated += kill is None or kill - came[key] - 1 > moments
            if word == "answered":
                came[key] = line
        return repeated


def is_answer(message: object) -> bool:
    """True unless it is a failure, which is asked again."""
    return not isinstance(message, Failure)


def killed_often(name: str, folder: Path, times: int, seed: int) -> "tuple[Lab, list[int]]":
    """A run that was killed so often, at random bytes of its trace, and then ended; with the kills."""
    whole = Lab.of(name, folder / "whole")
    whole.run()
    rng, lab = Random(seed), Lab.of(name, folder / "killed")
    sizes = sorted(rng.randrange(1, whole.trace.stat().st_size) for _ in range(times))
    kills = [kill for kill in map(lab.kill_at, sizes) if kill is not None]
    lab.run()
    assert lab.result() == whole.result()
    return lab, kills


def bench_killed_often(folder: Path, times: int, seed: int) -> "tuple[Lab, list[int], bool]":
    """A bench that was killed so often, at random moments, and then ended; and if its report is byte for byte that of
    an undisturbed one.
    """
    whole = Lab.of("bench", folder / "whole")
    whole.run()
    rng, lab = Random(seed), Lab.of("bench", folder / "killed")
    sizes = sorted(rng.randrange(1, whole.trace.stat().st_size) for _ in range(times))
    kills = [kill for kill in map(lab.kill_at, sizes) if kill is not None]
    lab.run()
    same = [(one.folder / "run" / "report.json").read_bytes() for one in (whole, lab)]
    return lab, kills, same[0] == same[1]
