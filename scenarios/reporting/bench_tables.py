"""Benches as text: the cells of one, and its report."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from .console import console
from .untrusted import plain

if TYPE_CHECKING:
    from ..bench.cells import Cell
    from ..bench.report import BenchReport


def show_cells(cells: Sequence["Cell"], finished: Sequence[bool], *, as_json: bool) -> None:
    """Print the cells of a bench, and which are finished."""
    out = console()
    if as_json:
        rows = [{"cell": cell.name, "finished": done} for cell, done in zip(cells, finished, strict=True)]
        out.print_json(json.dumps(rows))
        return
    for cell, done in zip(cells, finished, strict=True):
        out.print(Text(plain(f"{cell.name}{'  finished' if done else ''}")))
    out.print(f"\n{sum(finished)} of {len(cells)} cells are finished. Every one was checked; no model was loaded.")


def show_bench(found: "BenchReport", directory: Path) -> None:
    """Print the report of a bench."""
    from ..bench.text import HEADER, lines
    from ..bench.timing import seconds_in

    out, seconds = console(), seconds_in(directory)
    shown = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for name in (*HEADER, "seconds"):
        shown.add_column(name, justify="left" if name in HEADER[:3] else "right", overflow="fold")
    for row, cells in zip(found.rows, lines(found.rows), strict=True):
        took = seconds.get((row.task, row.team, row.protocol))
        shown.add_row(*(Text(plain(one)) for one in cells), "" if took is None else f"{took:.2f}")
    out.print(shown)
    for note in (*(f"{name} failed: {why}" for name, why in found.failed.items()), *found.notes):
        out.print(Text(plain(note)))
    out.print(Text(f"{found.finished} of {found.cells} cells are finished. {plain(str(directory))}"))
