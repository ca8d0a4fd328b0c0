"""A small scenario on disk: sums, and three scripted models that debate them."""

from pathlib import Path

from symposia.scenarios.planning.plan import Plan, plan
from symposia.scenarios.planning.yaml_files import read
from symposia.scenarios.running.job import Finished
from symposia.scenarios.running.run import run

SCENARIO = """\
# Three scripted models debate two sums; each hears only the one before it.
protocol: {use: text/debate, options: {rounds: 1}}
team:
  - {name: amber, model: "scripted:amber.txt"}
  - {name: blue, model: "scripted:blue.txt"}
  - {name: coral, model: "scripted:coral.txt"}
topology: ring
task: {use: short_answer, data: sums}
concurrency: 1
seed: 7
"""
QUESTIONS = {
    "dev": ('{"input": "1 + 1?", "output": "2"}', '{"input": "5 + 3?", "output": "8"}'),
    "test": ('{"input": "2 + 2?", "output": "4"}', '{"input": "3 + 3?", "output": "6"}'),
}
SCRIPTS = {"amber": "4 4 6 6 4 6 2 8", "blue": "5 4 6 6 4 6 2 8", "coral": "3 5 6 6 5 5 0 0"}


def scenario(folder: Path, text: str = SCENARIO) -> Path:
    """Write the scenario, its questions and its scripts; the path of the scenario file."""
    for split, lines in QUESTIONS.items():
        (folder / f"sums.{split}.jsonl").write_text("\n".join(lines) + "\n")
    for name, script in SCRIPTS.items():
        (folder / f"{name}.txt").write_text("\n".join([*script.split(), *["4"] * 40]) + "\n")
    path = folder / "s.yaml"
    path.write_text(text)
    return path


def planned(path: Path, *changes: str) -> Plan:
    return plan(read(path, changes), where=path.name, folder=path.parent)


async def ran(folder: Path, *changes: str) -> Finished:
    return await run(planned(scenario(folder), *changes), folder / "run")
