"""The results of a bench: what every system said to every question, read from the run directories of its cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...evaluators.sample import Sample
from ..reporting.report import Report
from ..running.run_directory import REPORT
from .cells import Cell


@dataclass(frozen=True)
class Result:
    """A finished cell: its report, and the samples of the protocol and of each single model, in the same order.

    >>> from symposia.scenarios.bench.cells import cells
    >>> from symposia.scenarios.bench.schema import Bench
    >>> said = {"protocols": {"vote": {"use": "text/majority_vote"}}, "tasks": {"sums": {"use": "pocket"}}}
    >>> small = Bench(**said, teams={"one": ({"name": "a", "model": "pocket:base"},)})
    >>> empty = Report(scenario="s", protocol="p", task="t", seed=0, versions={}, rows=(), notes=())
    >>> Result(cells(small, where="small.yaml", folder=Path())[0], empty, [], {}).best is None
    True
    """

    cell: Cell
    report: Report
    samples: Sequence[Sample]
    singles: Mapping[str, Sequence[Sample]]

    @property
    def best(self) -> str | None:
        """The name of the single model that was best on dev; None where none was chosen."""
        return next((row.name for row in self.report.rows if row.kind == "best_single"), None)

    def value(self, kind: str) -> float | None:
        """The value of the first metric of a system of this kind: protocol, best_single, oracle, equal_budget."""
        return next((row.value for row in self.report.rows if row.kind == kind), None)


def result(cell: Cell, out: Path) -> Result:
    """The result of one finished cell."""
    return result_in(cell.directory(out), cell)


def result_in(directory: Path, cell: Cell) -> Result:
    """The result in a run directory."""
    report = Report.model_validate_json((directory / REPORT).read_text(encoding="utf-8"))
    singles = [row.name for row in report.rows if row.kind == "single"]
    read = {name: samples_in(directory / "baselines" / f"{name}.jsonl") for name in dict.fromkeys(singles)}
    return Result(cell, report, samples_in(directory / "samples.jsonl"), read)


def samples_in(path: Path) -> list[Sample]:
    """The samples in a file of JSON lines."""
    with path.open(encoding="utf-8") as lines:
        return [Sample.model_validate_json(line) for line in lines]
