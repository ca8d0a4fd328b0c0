"""The results of a bench: what every system said to every question, read from the run directories of its cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...evaluators.sample import Sample
from ..reporting.report import Report
from ..running.run_directory import REPORT
from .cells import Cell


@dataclass(frozen=True)
class Result:
    """A finished cell: its report, and the samples of the protocol and of each single model, in the same order."""

    cell: Cell
    report: Report
    samples: Sequence[Sample]
    singles: dict[str, Sequence[Sample]]

    @property
    def best(self) -> str | None:
        """The name of the single model that was best on dev; None where none was chosen."""
        return next((row.name for row in self.report.rows if row.kind == "best_single"), None)

    def value(self, kind: str) -> float | None:
        """The value of the first metric of a system of this kind: protocol, best_single, oracle, equal_budget."""
        return next((row.value for row in self.report.rows if row.kind == kind), None)


def results(cells: Sequence[Cell], out: Path) -> list[Result]:
    """The results of finished cells, in the order of the cells."""
    return [result(cell, out) for cell in cells]


def result(cell: Cell, out: Path) -> Result:
    """The result of one finished cell."""
    directory = cell.directory(out)
    report = Report.model_validate_json((directory / REPORT).read_text(encoding="utf-8"))
    singles = [row.name for row in report.rows if row.kind == "single"]
    read = {name: samples_in(directory / "baselines" / f"{name}.jsonl") for name in dict.fromkeys(singles)}
    return Result(cell, report, samples_in(directory / "samples.jsonl"), read)


def samples_in(path: Path) -> list[Sample]:
    """The samples in a file of JSON lines."""
    with path.open(encoding="utf-8") as lines:
        return [Sample.model_validate_json(line) for line in lines]
