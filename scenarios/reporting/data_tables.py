"""Data sets as text: the registry, one of its rows, and the check of a file."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.table import Table
from rich.text import Text

from .console import console
from .untrusted import plain

if TYPE_CHECKING:
    from ...evaluators.datasets.checking import Checked
    from ...evaluators.datasets.registered import DataSet

SHOWN: Final = 20
"""Rows with a fault that are printed; the others are counted, and all are in the JSON form."""


def show_data_sets(found: Iterable["DataSet"], here: Mapping[str, Path | None]) -> None:
    """Print the registry, a line a data set."""
    table = Table(box=None, pad_edge=False, show_edge=False)
    for heading in ("data set", "task", "dev", "test", "here", "about"):
        table.add_column(heading, overflow="fold", no_wrap=heading != "about")
    for one in found:
        counts = [f"{one.rows[split]:,}" if split in one.rows else "" for split in ("dev", "test")]
        table.add_row(one.name, one.use, *counts, "yes" if here[one.name] else "", Text(one.title))
    console().print(table)


def show_data_set(one: "DataSet", here: Path | None) -> None:
    """Print one data set."""
    out = console()
    out.print(Text(f"{one.name}: {one.title}"), style="bold")
    for label, value in described(one, here):
        if value:
            out.print(Text(f"  {label}: {value}"))
    for defect in one.defects:
        out.print(Text(f"\n  {defect.is_}\n    {defect.done}"))


def described(one: "DataSet", here: Path | None) -> list[tuple[str, str]]:
    """The lines on a data set, empty where there is nothing to say."""
    graded = f", graded by {one.grader}" if one.grader else ""
    floors = [f"{name} {value:.3f}" for name, value in one.floors if value is not None]
    return [
        ("task", f"{one.use}{graded}"),
        ("options", ", ".join(f"{name}: {value}" for name, value in one.options.items())),
        ("fields", ", ".join(f"{ours} from {theirs}" for ours, theirs in one.fields.items())),
        ("rows", ", ".join(f"{count:,} {split}" for split, count in one.rows.items())),
        ("guessing scores", ", ".join(floors)),
        ("published as", one.source or "; ".join(one.of) or "files"),
        ("from", one.upstream or ""),
        ("to get it", one.obtain or ("" if one.of else f"symposia data fetch {one.name}")),
        ("on this machine", str(here) if here else "no"),
        ("needs", one.needs or ""),
        ("licence", one.licence),
        ("citation", one.citation),
    ]


def show_checked(source: str, found: Sequence["Checked"]) -> None:
    """Print the check of a source, a part a split."""
    out = console()
    for one in found:
        floor = f", the commonest answer scores {one.majority:.3f}" if one.majority is not None else ""
        shared = f", {one.in_dev} of them in dev too" if one.in_dev else ""
        out.print(Text(f"{source}, {one.split}: {len(one.items):,} questions{shared}{floor}"), style="bold")
        if one.groups:
            out.print(Text(f"  groups: {', '.join(f'{plain(name)} {n}' for name, n in one.groups.most_common(SHOWN))}"))
        lines = [*one.faults, *(f"{row.where}: left out: {row.why}" for row in one.dropped)]
        for line in lines[:SHOWN]:
            out.print(Text(f"  {plain(line)}"))
        if len(lines) > SHOWN:
            out.print(Text(f"  and {len(lines) - SHOWN:,} more: --json names them all"))
