"""What the framework itself costs: CPU time and memory of a question, and of a large payload.

    python benchmarks/overhead.py [--questions 1000 8000] [--against FOLDER]

A debate of three scripted members over one round, with the trace on disk, is 18 events: three questions asked twice
and six things told. Models answer at once, so all that is measured is the framework. `--against` measures another
checkout of it in the same process tree, for a ratio.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

QUESTION = """
import asyncio, resource, sys, tempfile, time
from pathlib import Path
from symposia.agents import Ask, Team, Answer
from symposia.agents.trace import Trace
try:
    from symposia.agents.context import Context
    make = lambda models, topology, trace: Team(models, topology, Context(trace=trace))
except ImportError:
    from symposia.agents.run import Run
    make = lambda models, topology, trace: Team(models, topology, Run(trace=trace))
from symposia.protocols.text import debate
from symposia.topologies import complete

class Echo:
    async def write(self, turns, sampling=None):
        return Answer(text="4")

async def main(count, folder):
    trace = Trace(Path(folder) / "trace.jsonl", run="overhead")
    team = make({name: Echo() for name in ("amber", "blue", "coral")}, complete, trace)
    async def one(number):
        here = team.at(f"test/{number}")
        try:
            return await debate.answer(here, Ask(text=f"What is {number} + 2?"), rounds=1)
        finally:
            await here.close()
    for number in range(20):
        await one(-number - 1)
    before = time.process_time()
    for start in range(0, count, 32):
        await asyncio.gather(*(one(number) for number in range(start, min(count, start + 32))))
    spent = time.process_time() - before
    trace.close()
    print(1e3 * spent / count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    with (Path(folder) / "trace.jsonl").open("rb") as file:
        assert sum(1 for _ in file) == 1 + 18 * (count + 20)

with tempfile.TemporaryDirectory() as folder:
    asyncio.run(main(int(sys.argv[1]), folder))
"""

PAYLOAD = """
import asyncio, hashlib, os, sys, tempfile, time
from pathlib import Path
from statistics import median
from symposia.agents import Ask, Team, Answer
from symposia.agents.trace import Trace
try:
    from symposia.agents.context import Context
except ImportError:
    from symposia.agents.run import Run as Context

class Echo:
    async def write(self, turns, sampling=None):
        return Answer(text=turns[-1].text)

async def asked(team, number, text):
    here = team.at(str(number))
    began = time.perf_counter()
    await here.ask("amber", Ask(text=text))
    spent = time.perf_counter() - began
    await here.close()
    return spent

def written(folder, number, text):
    began = time.perf_counter()
    data = text.encode()
    digest = hashlib.sha256(data).hexdigest()
    path = Path(folder) / (digest + ".new")
    path.write_bytes(data)
    path.replace(Path(folder) / digest)
    return time.perf_counter() - began

async def main(folder):
    trace = Trace(Path(folder) / "trace.jsonl", run="payload")
    on_disk, in_memory = Team({"amber": Echo()}, None, Context(trace=trace)), Team({"amber": Echo()})
    found = {"on disk": [], "written once": [], "in memory": []}
    for number in range(60):
        text = f"{number:08}" + "x" * (256 * 1024 - 8)
        found["written once"].append(written(folder, number, text + "!"))
        found["on disk"].append(await asked(on_disk, number, text))
        found["in memory"].append(await asked(in_memory, number, text))
    trace.close()
    print(*(1e6 * median(found[name][10:]) for name in ("on disk", "written once", "in memory")))

with tempfile.TemporaryDirectory() as folder:
    asyncio.run(main(folder))
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, nargs="+", default=[1000, 8000])
    parser.add_argument("--against", type=Path, help="another checkout, for a ratio")
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    with TemporaryDirectory() as links:
        sides = {"ours": linked(Path(links) / "ours", Path(__file__).parents[1])}
        if args.against:
            sides["before"] = linked(Path(links) / "before", args.against)
        for count in args.questions:
            report(f"{count:,} questions of 18 events", sides, ["-c", QUESTION, str(count)], args.runs)
        report("a payload of 256 KB", sides, ["-c", PAYLOAD], args.runs)


def linked(folder: Path, checkout: Path) -> Path:
    """A folder from which `symposia` is imported as this checkout. Exits where it is none."""
    if not (checkout / "__init__.py").exists():
        raise SystemExit(f"{checkout}: is no checkout. Give the folder that has agents/ and __init__.py in it.")
    folder.mkdir()
    (folder / "symposia").symlink_to(checkout.resolve())
    return folder


def report(title: str, sides: dict[str, Path], arguments: list[str], runs: int) -> None:
    """Run all sides in turn; print the medians, and the ratio to the other checkout."""
    found: dict[str, list[list[float]]] = {name: [] for name in sides}
    for _ in range(runs):
        for name, folder in sides.items():
            environment = {**os.environ, "PYTHONPATH": str(folder)}
            out = subprocess.check_output([sys.executable, *arguments], text=True, env=environment)
            found[name].append([float(number) for number in out.split()])
    medians = {name: [median(column) for column in zip(*rows, strict=True)] for name, rows in found.items()}
    print(title)
    for name, numbers in medians.items():
        if len(numbers) == 2:
            print(f"  {name:8} {numbers[0]:7.3f} ms of CPU a question, {numbers[1]:6.0f} MB in all")
        else:
            disk, once, memory = numbers
            print(
                f"  {name:8} {disk:7.0f} us on disk, {disk / once:5.2f} x writing it once ({once:.0f} us); "
                f"{memory:.0f} us in memory"
            )
    if "before" in medians:
        print(f"  ratio    {medians['ours'][0] / medians['before'][0]:7.3f}")


if __name__ == "__main__":
    main()
