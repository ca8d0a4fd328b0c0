"""Run directories: the files of a run, each written atomically."""

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import yaml

from ...agents.durable import replace
from ...agents.errors import BadScenario, BadTrace, Divergence
from ...agents.trace_index import TraceIndex
from ...evaluators.comparison import Comparison
from ...evaluators.sample import Sample
from ..planning.plan import Plan, plan
from ..planning.prepared import hash_of_prepared
from ..planning.rules import rules_of, under
from ..planning.yaml_files import read as read_scenario
from ..reporting.markdown import markdown
from ..reporting.report import Report
from .lock import this_process
from .questions import Questions

TRACE: Final = "trace.jsonl"
TIMING: Final = "timing.jsonl"
"""Where the time of calls went, by place; nothing else depends on it."""

REPORT: Final = "report.json"
ABOUT: Final = "run.json"


def fingerprint(plan: Plan) -> str:
    """16 hexadecimal digits of a hash of the scenario and of the plug-in code that it runs.

    What was prepared before is a part of it; `concurrency`, `runtime`, `hedge` and faults that can change no result
    do not change it.
    """
    scenario = plan.scenario
    if scenario.faults is not None:
        lasting = scenario.faults.lasting(runtime=scenario.runtime is not None, deadline=scenario.deadline is not None)
        scenario = scenario.model_copy(update={"faults": lasting})
    said = scenario.model_dump_json(exclude={"concurrency", "runtime", "hedge"})
    made = [] if plan.scenario.prepared is None else [hash_of_prepared(plan.folder / plan.scenario.prepared)]
    return sha256("\n".join([said, *(one.hash for one in plan.code), *made]).encode()).hexdigest()[:16]


def as_lines(samples: Sequence[Sample]) -> Iterator[bytes]:
    """Samples as JSON lines, one at a time."""
    return (sample.model_dump_json().encode() + b"\n" for sample in samples)


def files(report: Report, comparison: Comparison) -> dict[str, str]:
    """The files of a finished run besides its trace, its scenario and its samples, by path."""
    found = {REPORT: json.dumps(report.model_dump(), indent=2) + "\n", "report.md": markdown([report])}
    return found | {name: json.dumps(content, indent=2) + "\n" for name, content in comparison.files.items()}


def sample_files(comparison: Comparison) -> dict[str, Sequence[Sample]]:
    """The samples of a finished run, by the path of their file."""
    found: dict[str, Sequence[Sample]] = {}
    for row in comparison.rows:
        if row.kind == "protocol":
            found["samples.jsonl"] = row.samples
        elif row.kind in ("single", "equal_budget"):
            stem = row.name if row.kind == "single" else row.kind
            found[f"baselines/{stem}.jsonl"] = row.samples
    return found


def write_all(directory: Path, report: Report, comparison: Comparison) -> None:
    """Write the files of a finished run besides its trace and its scenario, each one whole."""
    for name, text in files(report, comparison).items():
        write(directory / name, text)
    for name, samples in sample_files(comparison).items():
        replace(directory / name, as_lines(samples))


def write(path: Path, text: str) -> None:
    """Write a file whole: a reader sees the old one or the new one. Raises `CannotWrite`."""
    replace(path, text.encode())


def write_scenario(directory: Path, plan: Plan) -> None:
    """Write the scenario as it was run."""
    scenario = plan.scenario.model_dump(mode="json", exclude_defaults=True)
    write(directory / "scenario.yaml", yaml.safe_dump(scenario, sort_keys=False, allow_unicode=True))


def write_about(directory: Path, plan: Plan, questions: Questions, *, events: int | None = None) -> None:
    """Write what a run is of: its scenario's folder, hashes of plug-in code and questions, its rules, its process.

    `events` is the number of events in the trace of a finished run.
    """
    about: dict[str, Any] = {"scenario": plan.where, "folder": str(plan.folder.resolve())}
    if plan.code:
        about["code"] = {one.name: one.hash for one in plan.code}
    about |= {"questions": hash_of(questions), "rules": plan.rules}
    about |= {"process": this_process()} if events is None else {"events": events}
    write(directory / ABOUT, json.dumps(about) + "\n")


def read_about(directory: Path) -> dict[str, Any]:
    """What `write_about` wrote; empty where nothing was written yet."""
    path = directory / ABOUT
    about: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return about


def hash_of(questions: Questions) -> str:
    """16 hexadecimal digits of a hash of the questions and their golds, dev included."""
    ids = [[item.id for item in items] for items in (questions.items, questions.dev)]
    return sha256(json.dumps(ids).encode()).hexdigest()[:16]


def check_questions(directory: Path, plan: Plan, questions: Questions) -> None:
    """Raise `BadScenario` and name the data if it was edited since a run began."""
    if read_about(directory).get("questions", hash_of(questions)) != hash_of(questions):
        use = plan.scenario.task
        raise BadScenario(
            f"{directory}: the questions of task {use.use}{f' in {use.data}' if use.data else ''} are not those that "
            "this run is of. Restore them, or give the run another directory: --out."
        )


def finished(directory: Path) -> None:
    """Raise `BadScenario` unless a run directory holds a finished run."""
    if not directory.is_dir():
        raise BadScenario(f"{directory}: no such directory. `symposia run` prints the run directory it wrote.")
    for name in ("scenario.yaml", ABOUT, TRACE, REPORT, "samples.jsonl"):
        if not (directory / name).is_file():
            raise BadScenario(
                f"{directory}: no {name}, so this is not a finished run. Run its scenario again to resume it."
            )


def read_plan(directory: Path, *, replayed: bool = False) -> Plan:
    """The plan of a finished run, as it was run. Raises `BadScenario`."""
    finished(directory)
    place = read_about(directory)
    scenario = read_scenario(directory / "scenario.yaml")
    found = plan(scenario, where=place["scenario"], folder=Path(place["folder"]), replayed=replayed)
    for one in found.code:
        if place.get("code", {}).get(one.name) != one.hash:
            raise BadScenario(
                f"{directory}: {one.file} was changed since this run. Restore it, or run again elsewhere."
            )
    return under(found, rules_of(place))


def read_trace(directory: Path, of: Plan) -> TraceIndex:
    """The trace of a finished run. Raises `BadTrace` for another scenario's, `Divergence` if events are missing."""
    found = TraceIndex(directory / TRACE)
    if found.header["run"] != fingerprint(of):
        raise BadTrace(f"{directory}: its scenario.yaml is not what its trace is of. Restore it.")
    written = read_about(directory).get("events", len(found))
    if len(found) != written:
        last = found.at(len(found) - 1) if len(found) else "its header"
        raise Divergence(f"{directory / TRACE}: ends with {last}, and had {written} events. Restore its end.")
    return found


def read_report(directory: Path) -> Report:
    """The report of a finished run. Raises `BadScenario`."""
    finished(directory)
    return Report.model_validate_json((directory / REPORT).read_text(encoding="utf-8"))
