"""The memory of a run, of resuming it and of its replay, at 10,000, 100,000 and a million events.

    python benchmarks/memory.py [--events 10000 100000 1000000]

A debate of three models that answer at once, over one round, is 18 events a question. Each command is a process of its
own; what is printed is the most memory that it had, and the ratio to that at the smallest number of events.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

EVENTS: Final = 18
"""The events of a question."""

MODEL: Final = '''
"""A model that answers at once."""

from symposia.agents import Answer, Usage


class Echo:
    async def write(self, turns, sampling=None):
        return Answer(text="Answer: 4", usage=Usage(prompt_tokens=8, completion_tokens=3, calls=1))


def load(name):
    return Echo()
'''

SCENARIO: Final = """
protocol: {use: text/debate, options: {rounds: 1}}
team:
  - {name: amber, model: "./echo.py:a"}
  - {name: blue, model: "./echo.py:b"}
  - {name: coral, model: "./echo.py:c"}
topology: complete
task: {use: short_answer, data: sums.test.jsonl, options: {kind: number}}
baselines: false
"""

MEASURED: Final = """
import resource, sys
from symposia.scenarios.cli import main
try:
    main(sys.argv[1:])
except SystemExit as left:
    assert not left.code, left.code
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, file=sys.stderr)
"""


def megabytes(folder: Path, *command: str) -> int:
    """The most memory that a command had, in MB."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *command], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return int(done.stderr.splitlines()[-1])


def measured(events: int, folder: Path) -> dict[str, int]:
    """The memory of a run of so many events, of its replay, and of going on with it when its last half was cut off."""
    (folder / "echo.py").write_text(MODEL)
    (folder / "debate.yaml").write_text(SCENARIO)
    rows = ({"input": f"What is {number} + 2?", "output": str(number + 2)} for number in range(-(-events // EVENTS)))
    (folder / "sums.test.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = {"run": megabytes(folder, "run", "debate.yaml", "--out", "run", "--quiet")}
    found["replay"] = megabytes(folder, "replay", "run")
    with (folder / "run" / "trace.jsonl").open("r+b") as trace:
        trace.truncate((folder / "run" / "trace.jsonl").stat().st_size // 2)
    found["resume"] = megabytes(folder, "run", "debate.yaml", "--out", "run", "--quiet")
    return found


def main() -> None:
    """Print a line for each number of events."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    first: dict[str, int] = {}
    for events in parser.parse_args().events:
        with TemporaryDirectory() as folder:
            found = measured(events, Path(folder))
        first = first or found
        shown = ", ".join(f"{name} {size} MB ({size / first[name]:.2f} x)" for name, size in found.items())
        print(f"{events:9,} events: {shown}", flush=True)


if __name__ == "__main__":
    main()
