"""Run directories: the files of a run, each written atomically."""

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

import yaml

from ...agents.errors import BadScenario, BadTrace
from ...agents.event import Event
from ...agents.trace_reader import read
from ...evaluators.comparison import Comparison
from ...evaluators.sample import Sample
from ..planning.plan import Plan, plan
from ..planning.yaml_files import read as read_scenario
from ..reporting.markdown import markdown
from ..reporting.report import Report

TRACE: Final = "trace.jsonl"
REPORT: Final = "report.json"


def fingerprint(plan: Plan) -> str:
    """16 hexadecimal digits of a hash of the scenario and of the plug-in code that it runs.

    `concurrency` does not change it.
    """
    said = plan.scenario.model_dump_json(exclude={"concurrency"})
    return sha256("\n".join([said, *(one.hash for one in plan.code)]).encode()).hexdigest()[:16]


def samples_as_text(samples: Sequence[Sample]) -> str:
    """Samples as JSON lines."""
    return "".join(sample.model_dump_json() + "\n" for sample in samples)


def files(report: Report, comparison: Comparison) -> dict[str, str]:
    """The files of a finished run besides its trace and its scenario, by path."""
    found = {REPORT: json.dumps(report.model_dump(), indent=2) + "\n", "report.md": markdown([report])}
    found |= {name: json.dumps(content, indent=2) + "\n" for name, content in comparison.files.items()}
    for row in comparison.rows:
        if row.kind == "protocol":
            found["samples.jsonl"] = samples_as_text(row.samples)
        elif row.kind in ("single", "equal_budget"):
            stem = row.name if row.kind == "single" else row.kind
            found[f"baselines/{stem}.jsonl"] = samples_as_text(row.samples)
    return found


def write(path: Path, text: str) -> None:
    """Write a file atomically: a reader sees the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)


def write_scenario(directory: Path, plan: Plan) -> None:
    """Write the scenario as it was run, with its folder and the hashes of plug-in code."""
    scenario = plan.scenario.model_dump(mode="json", exclude_defaults=True)
    write(directory / "scenario.yaml", yaml.safe_dump(scenario, sort_keys=False, allow_unicode=True))
    place = {"scenario": plan.where, "folder": str(plan.folder.resolve())}
    code = {one.name: one.hash for one in plan.code}
    write(directory / "run.json", json.dumps(place | ({"code": code} if code else {})) + "\n")


def finished(directory: Path) -> None:
    """Raise `BadScenario` unless a run directory holds a finished run."""
    if not directory.is_dir():
        raise BadScenario(f"{directory}: no such directory. `symposia run` prints the run directory it wrote.")
    for name in ("scenario.yaml", "run.json", TRACE, REPORT, "samples.jsonl"):
        if not (directory / name).is_file():
            raise BadScenario(
                f"{directory}: no {name}, so this is not a finished run. Run its scenario again to resume it."
            )


def read_plan(directory: Path, *, replayed: bool = False) -> Plan:
    """The plan of a finished run, as it was run. Raises `BadScenario`."""
    finished(directory)
    place = json.loads((directory / "run.json").read_text(encoding="utf-8"))
    scenario = read_scenario(directory / "scenario.yaml")
    found = plan(scenario, where=place["scenario"], folder=Path(place["folder"]), replayed=replayed)
    for one in found.code:
        if place.get("code", {}).get(one.name) != one.hash:
            raise BadScenario(
                f"{directory}: {one.file} was changed since this run. Restore it, or run again elsewhere."
            )
    return found


def read_trace(directory: Path, of: Plan) -> list[Event]:
    """The events of a run. Raises `BadTrace`, also for the trace of another scenario."""
    header, events, _ = read(directory / TRACE)
    if header["run"] != fingerprint(of):
        raise BadTrace(f"{directory}: its scenario.yaml is not what its trace is of. Restore it.")
    return events


def read_report(directory: Path) -> Report:
    """The report of a finished run. Raises `BadScenario`."""
    finished(directory)
    return Report.model_validate_json((directory / REPORT).read_text(encoding="utf-8"))
