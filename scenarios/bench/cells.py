"""The cells of a bench, each one the plan of a scenario."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Final

from ...agents.errors import BadScenario, SymposiaError, Twice, UnknownName
from ...evaluators import grading
from ...evaluators import task as tasks
from ..planning.plan import Plan, grader_module, plan
from ..planning.schema import Scenario, TaskUse, Use
from ..planning.yaml_files import document, parse
from .schema import Bench, BenchTask

FOLDER: Final = "cells"


@dataclass(frozen=True)
class Cell:
    """One protocol of one team on one task with one seed; with `member`, the samples of that member instead.

    >>> from symposia.scenarios.bench.schema import Bench
    >>> said = {"protocols": {"vote": {"use": "text/majority_vote"}}, "tasks": {"sums": {"use": "pocket"}}}
    >>> small = Bench(**said, teams={"one": ({"name": "a", "model": "pocket:base"},)})
    >>> [cell.name for cell in cells(small, where="small.yaml", folder=Path())]
    ['sums/one/vote/0']
    """

    protocol: str
    task: str
    team: str
    seed: int
    plan: Plan
    member: str | None = None

    @property
    def name(self) -> str:
        """Its name in progress and errors, and its folder below that of the bench."""
        return f"{self.task}/{self.team}/{self.protocol}/{self.seed}"

    @property
    def graded(self) -> bool:
        """True if its scores have another range than from 0 to 1."""
        return grading.range_of(grader_module(self.plan.scenario, self.plan.folder)) != grading.RANGE

    def directory(self, out: Path) -> Path:
        """Its run directory."""
        return out / FOLDER / self.name


def read(path: Path, overrides: list[str]) -> Bench:
    """A bench file. Raises `BadScenario`."""
    return parse(Bench, document(path, overrides), where=path.name)


def cells(bench: Bench, *, where: str, folder: Path) -> list[Cell]:
    """All cells, in the order of tasks, teams, protocols and seeds, planned.

    Raises the errors of planning with the name of the cell, and those of names that do not exist.
    """
    check(bench, where)
    found = [cell(bench, *names, where=where, folder=folder) for names in wanted(bench)]
    if not found:
        raise BadScenario(f"{where}: without: leaves out every cell. Keep at least one.")
    return found


def wanted(bench: Bench) -> Iterator[tuple[str, str, str, int]]:
    """The names of the cells that are not left out: protocol, task, team, seed."""
    for task, team, protocol, seed in product(bench.tasks, bench.teams, bench.protocols, bench.seeds):
        names = {"protocol": protocol, "task": task, "team": team}
        how = bench.protocols[protocol]
        if team not in (how.teams or bench.teams) or task not in (how.tasks or bench.tasks):
            continue
        skipped = (one.model_dump(exclude_none=True) for one in bench.without)
        if not any(all(names[key] == value for key, value in one.items()) for one in skipped):
            yield protocol, task, team, seed


def check(bench: Bench, where: str) -> None:
    """Raise `UnknownName` for names of cells that do not exist, `Twice` for a seed that is there twice."""
    known: dict[str, Mapping[str, Any]] = {"protocol": bench.protocols, "task": bench.tasks, "team": bench.teams}
    if any(not one.model_dump(exclude_none=True) for one in bench.without):
        raise BadScenario(f"{where}: without: names nothing. Write a protocol, a task or a team.")
    for place, kind, name in said(bench):
        if name not in known[kind]:
            raise UnknownName(kind, name, known[kind], where=f"{where}: {place}")
    if len(set(bench.seeds)) < len(bench.seeds):
        raise Twice("seed", map(str, bench.seeds), where=f"{where}: seeds")


def said(bench: Bench) -> Iterator[tuple[str, str, str]]:
    """Each name that a bench says of its own protocols, tasks and teams: where, of what kind, and the name."""
    for one in bench.without:
        for kind, name in one.model_dump(exclude_none=True).items():
            yield "without", kind, name
    for protocol, how in bench.protocols.items():
        yield from ((f"protocols: {protocol}: teams", "team", name) for name in how.teams or ())
        yield from ((f"protocols: {protocol}: tasks", "task", name) for name in how.tasks or ())


def cell(bench: Bench, protocol: str, task: str, team: str, seed: int, *, where: str, folder: Path) -> Cell:  # noqa: PLR0913 - the names of a cell
    """One cell, planned. Raises the errors of planning, with the names of the cell."""
    scenario = scenario_of(bench, protocol, task, team, seed, folder=folder)
    try:
        return Cell(protocol, task, team, seed, plan(scenario, where=where, folder=folder))
    except SymposiaError as error:
        error.args = (f"{task}, {team}, {protocol}: {error} A cell that cannot be is left out by without: [..].",)
        raise


def scenario_of(bench: Bench, protocol: str, task: str, team: str, seed: int, *, folder: Path) -> Scenario:  # noqa: PLR0913 - the names of a cell
    """The scenario of a cell."""
    asked, how = bench.tasks[task], bench.protocols[protocol]
    return Scenario(
        protocol=Use(use=how.use, options=how.options),
        team=bench.teams[team],
        topology=how.topology,
        task=TaskUse(**asked.model_dump(exclude={"grader", "metrics"})),
        metrics=asked.metrics,
        grader=asked.grader,
        judges=bench.judges if asks(asked, folder) else (),
        sampling=how.sampling or bench.sampling,
        budget=bench.budget,
        deadline=bench.deadline,
        concurrency=bench.concurrency,
        baselines=bench.baselines,
        seed=seed,
    )


def asks(task: BenchTask, folder: Path) -> bool:
    """True if the grading of a task asks judges."""
    use = task.grader
    module: Any = tasks.find(task.use, folder=folder) if use is None else grading.find(use.use, folder=folder)
    return grading.needs_judges(module)
