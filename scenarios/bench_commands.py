"""The command `symposia bench`."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import typer

from ..agents.errors import BadScenario
from .bench.cells import Cell, read
from .bench.on_ray import run_on_ray
from .bench.page import page_table, put
from .bench.report import BenchReport, report_of
from .bench.running import Say, is_finished, run_bench
from .bench.sampling_cells import all_cells
from .bench.schema import Bench, EmergenceUse
from .bench.setting import Setting, settings
from .bench.text import written
from .bench.timing import seconds_in, write_timing
from .commands import finish
from .planning.wanted import located
from .reporting.bench_tables import show_bench, show_cells
from .reporting.watching import Level, progress
from .running.run_directory import write

BENCHES = Path("benches")


class Form(NamedTuple):
    """The forms in which a bench is shown: as plots beside its report, on a page of Markdown, as JSON.

    >>> Form().page is None
    True
    """

    plots: bool = False
    page: Path | None = None
    as_json: bool = False


def bench(  # noqa: PLR0913 - what the command line takes
    file: Path, changes: list[str], out: Path | None, form: Form, level: Level, *, ray: str | None
) -> None:
    """Run a bench, or go on with it, and print its table; with `ray` on the cluster at this address, or a local one.

    Raises `BadScenario` where cells failed.
    """
    wanted, found, out = opened(file, changes, out)
    write(out / "bench.json", wanted.model_dump_json(exclude_defaults=True, indent=2) + "\n")
    said: Say = (lambda _: None) if level == "quiet" else partial(typer.echo, err=True)
    if ray is None:
        with progress(level) as watch:
            outcome = finish(run_bench(wanted, found, out, progress=watch, say=said))
    else:
        outcome = run_on_ray(wanted, found, file, changes, out, ray, said)
    read = settings([cell for cell in found if cell in outcome.finished], out)
    result = report_of(file.stem, found, outcome.finished, outcome.failed, read, threshold_of(wanted))
    written(result, out)
    write_timing(read, out)
    drawn(result, read, out, threshold_of(wanted), wanted=form.plots)
    shown(result, out, form)
    if outcome.stopped is not None:
        raise BadScenario(
            f"{file.name}: {outcome.stopped} What was answered is kept; {result.finished} cells are done."
        )
    if outcome.failed:
        name, why = next(iter(outcome.failed.items()))
        raise BadScenario(f"{file.name}: {len(outcome.failed)} of {len(found)} cells failed. {name}: {why}")


def plan(file: Path, changes: list[str], out: Path | None, *, as_json: bool) -> None:
    """Print the cells of a bench, every one of them checked; nothing is asked."""
    _, found, out = opened(file, changes, out)
    show_cells(found, [is_finished(cell, out) for cell in found], as_json=as_json)


def table(file: Path, changes: list[str], out: Path | None, form: Form) -> None:
    """Print the table of the cells that are finished by now; nothing is asked."""
    wanted, found, out = opened(file, changes, out)
    done = [cell for cell in found if is_finished(cell, out)]
    read = settings(done, out)
    result = report_of(file.stem, found, done, {}, read, threshold_of(wanted))
    drawn(result, read, out, threshold_of(wanted), wanted=form.plots)
    shown(result, out, form)


def opened(file: Path, changes: list[str], out: Path | None) -> tuple[Bench, list[Cell], Path]:
    """A bench, its cells and its folder. Raises the errors of planning."""
    path = located(file)
    wanted = read(path, changes)
    return wanted, all_cells(wanted, where=path.name, folder=path.parent), out or BENCHES / path.stem


def drawn(result: BenchReport, read: Sequence[Setting], out: Path, threshold: float, *, wanted: bool) -> None:
    """Draw the plots, if they are wanted."""
    if wanted:
        from .bench.pictures import draw  # which imports matplotlib

        draw(result, read, out, threshold)


def threshold_of(wanted: Bench) -> float:
    """The share of its range from which a score is right."""
    return EmergenceUse().threshold if wanted.emergence is None else wanted.emergence.threshold


def shown(result: BenchReport, out: Path, form: Form) -> None:
    """Print a report, and put its table on a page if one is named. Raises `BadScenario` for a page without a place."""
    if form.page is not None:
        put(form.page, result.bench, page_table(result.rows, seconds_in(out)))
    if form.as_json:
        typer.echo(result.model_dump_json(indent=2))
    else:
        show_bench(result, out)
