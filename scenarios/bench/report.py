"""The report of a bench as data: the same for the same results, however interrupted.

Wall times are in `timing.json` and in the cells' own reports: they differ from run to run.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from ...agents.frozen import Frozen
from .cells import Cell
from .confidence_rows import ConfidenceRow, confidence_rows
from .emergence_rows import EmergenceRow, emergence_rows
from .member_rows import DiversityRow, ErrorRow, ScalingRow, error_rows, scaling_rows
from .setting import Setting, settings
from .system_rows import FrontRow, PowerRow, WinRow, front_rows, power_rows, win_rows
from .table import BenchRow, rows


class BenchReport(Frozen):
    """The rows of finished cells, the number of cells in all, and the cells that failed, with the reason.

    What follows is over all systems, settings and members; see the classes of the rows.

    >>> BenchReport(bench="small", cells=4, finished=0, rows=(), failed={}).emergence
    ()
    """

    bench: str
    cells: int
    finished: int
    rows: tuple[BenchRow, ...]
    failed: Mapping[str, str]
    notes: tuple[str, ...] = ()
    wins: tuple[WinRow, ...] = ()
    front: tuple[FrontRow, ...] = ()
    power: tuple[PowerRow, ...] = ()
    emergence: tuple[EmergenceRow, ...] = ()
    errors: tuple[ErrorRow, ...] = ()
    scaling: tuple[ScalingRow, ...] = ()
    diversity: tuple[DiversityRow, ...] = ()
    confidence: tuple[ConfidenceRow, ...] = ()


def report(  # noqa: PLR0913 - all that a report is of
    name: str,
    cells: Sequence[Cell],
    done: Sequence[Cell],
    failed: Mapping[str, str],
    out: Path,
    *,
    threshold: float = 1.0,
) -> BenchReport:
    """The report of the finished cells of a bench; a score is right from `threshold` of its range on."""
    return report_of(name, cells, done, failed, settings([cell for cell in cells if cell in done], out), threshold)


def report_of(  # noqa: PLR0913 - all that a report is of
    name: str,
    cells: Sequence[Cell],
    done: Sequence[Cell],
    failed: Mapping[str, str],
    read: Sequence[Setting],
    threshold: float,
) -> BenchReport:
    """The report of the finished cells of a bench, from what was read of them."""
    ordered = [cell for cell in cells if cell in done]
    found = rows([one for setting in read for one in setting.results])
    number, diverse = scaling_rows(read)
    return BenchReport(
        bench=name,
        cells=len(cells),
        finished=len(ordered),
        rows=tuple(found),
        failed={cell.name: failed[cell.name] for cell in cells if cell.name in failed},
        notes=tuple(noted(found)),
        wins=tuple(win_rows(found)),
        front=tuple(front_rows(read)),
        power=tuple(row for setting in read for row in power_rows(setting)),
        emergence=tuple(row for setting in read for row in emergence_rows(setting, threshold)),
        errors=tuple(error_rows(read, threshold)),
        scaling=tuple(number),
        diversity=tuple(diverse),
        confidence=tuple(confidence_rows(read, threshold)),
    )


def noted(found: Sequence[BenchRow]) -> list[str]:
    """The notes on rows: what was not scored, and replies without an answer."""
    notes = []
    for row in found:
        name = f"{row.task}, {row.team}, {row.protocol}"
        if row.unscored:
            notes.append(f"{name}: {row.unscored} of {row.scored + row.unscored} questions are unscored.")
        if row.no_answer:
            notes.append(f"{name}: {row.no_answer} of {row.scored} replies hold no answer and count as wrong.")
    return notes
