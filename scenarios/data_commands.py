"""The commands on data sets: `symposia data list | show | check | fetch`."""

import json
from pathlib import Path
from typing import Any

import typer

from ..agents.errors import BadData
from ..evaluators import task
from ..evaluators.datasets.checking import Checked, check
from ..evaluators.datasets.fetching import fetch
from ..evaluators.datasets.files import exists
from ..evaluators.datasets.local import data_folder, moco_file
from ..evaluators.datasets.registered import DataSet, named, registered
from ..evaluators.task import Items
from .reporting.data_tables import show_checked, show_data_set, show_data_sets


def list_data(*, as_json: bool) -> None:
    """Print all registered data sets and whether they are on this machine."""
    here = {name: place(one) for name, one in registered().items()}
    if as_json:
        typer.echo(json.dumps([as_row(one, here[name]) for name, one in registered().items()], indent=2))
    else:
        show_data_sets(registered().values(), here)


def show(name: str, *, as_json: bool) -> None:
    """Print one data set: what it is, where it is, what is wrong with it and what is done about it."""
    one = named(name, where="data")
    if as_json:
        typer.echo(json.dumps(as_row(one, place(one)), indent=2))
    else:
        show_data_set(one, place(one))


def check_data(source: str, use: str | None, options: dict[str, Any], *, as_json: bool) -> None:
    """Print what is wrong with a data set or a file, row by row. Raises `BadData` if a split cannot be used."""
    known = registered().get(source) if use is None else None
    if known is None and use is None:
        raise BadData(f"{source}: no registered data set. For a file say what is asked: --task multiple_choice.")
    module = task.find(known.use if known else str(use), where="--task")
    options = {**(known.options if known else {}), **options}

    def load(split: str) -> Items:
        return module.load(split=split, data=source, **options)

    found = check(load)
    if as_json:
        typer.echo(json.dumps([as_checked(one) for one in found], indent=2))
    else:
        show_checked(source, found)
    if faults := [fault for one in found for fault in one.faults]:
        raise BadData(f"{source}: {len(faults)} rows cannot be used. The first: {faults[0]}")


def fetch_data(name: str) -> None:
    """Put a data set into the data folder, and print the files."""
    one = named(name, where="data")
    if one.licence:
        typer.echo(f"{one.name}: licence {one.licence}")
    for file in fetch(one):
        typer.echo(f"{file}: {file.stat().st_size:,} bytes")


def place(one: DataSet) -> Path | None:
    """The place of a data set on this machine; None if it is not here."""
    if one.of:
        return data_folder() if all(place(registered()[part]) for part in one.of) else None
    here = data_folder() / one.name
    if exists(str(here)):
        return here
    return moco_file((one.source or "").removeprefix("moco:")) if (one.source or "").startswith("moco:") else None


def as_row(one: DataSet, here: Path | None) -> dict[str, Any]:
    """A data set as JSON data."""
    row = one.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return {**row, "here": None if here is None else str(here)}


def as_checked(one: Checked) -> dict[str, Any]:
    """A checked split as JSON data."""
    dropped = [{"where": row.where, "id": row.id, "why": row.why} for row in one.dropped]
    counts = {"items": len(one.items), "in_dev": one.in_dev, "groups": dict(one.groups), "majority": one.majority}
    return {"split": one.split, **counts, "left_out": dropped, "faults": list(one.faults)}
