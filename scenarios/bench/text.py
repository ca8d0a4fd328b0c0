"""The report of a bench as Markdown, and its rows as text."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ..reporting.markdown import line
from ..running.run_directory import write
from .report import BenchReport
from .sections import sections
from .table import BenchRow

NAMES: Final = {"json": "report.json", "markdown": "report.md"}
HEADER: Final = (
    *("task", "team", "protocol", "score", "best single", "equal tokens", "oracle"),
    *("gain", "Holm", "grid", "tokens"),
)


def lines(found: Sequence[BenchRow]) -> list[tuple[str, ...]]:
    """Rows as text, in the order of `HEADER`."""
    return [
        (
            row.task,
            row.team,
            row.protocol,
            interval(row.value, row.low, row.high),
            *(number(value) for value in (row.best_single, row.equal_tokens, row.oracle)),
            interval(row.gain, row.gain_low, row.gain_high, sign="+"),
            *(number(value) for value in (row.holm, row.grid)),
            f"{row.tokens:,.0f}",
        )
        for row in found
    ]


def interval(value: float | None, low: float | None, high: float | None, *, sign: str = "") -> str:
    """A value with its 95 % interval; empty without one."""
    if value is None:
        return ""
    shown = f"{value:{sign}.3f}"
    return shown if low is None or high is None else f"{shown} [{low:{sign}.3f}, {high:{sign}.3f}]"


def number(value: float | None) -> str:
    """A number with three digits; empty without one."""
    return "" if value is None else f"{value:.3f}"


def markdown(found: BenchReport) -> str:
    """The report as Markdown."""
    head = [f"# {found.bench}\n", f"{found.finished} of {found.cells} cells are finished.\n"]
    table = [line(HEADER), "|" + "---|" * len(HEADER), *map(line, lines(found.rows)), ""]
    about = [
        "Scores are means with 95 % intervals over the questions of all seeds. The gain is the paired difference to "
        "the single model that was best on dev, its p-values adjusted by Holm within a task and by Benjamini and "
        "Hochberg over the grid; tokens are those of a question.\n"
    ]
    failed = [f"- {name} failed: {why}" for name, why in found.failed.items()]
    notes = [*failed, *(f"- {note}" for note in found.notes)]
    more = [part for one in sections(found) for part in one.markdown()]
    return "\n".join([*head, *table, *about, *notes, *([""] if notes else []), *more])


def written(found: BenchReport, out: Path) -> None:
    """Write the report beside the cells."""
    write(out / NAMES["json"], json.dumps(found.model_dump(mode="json"), indent=2) + "\n")
    write(out / NAMES["markdown"], markdown(found))
