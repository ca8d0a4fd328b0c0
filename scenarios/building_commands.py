"""The command that builds training data. `cli.py` defines its name and arguments, and loads this module for a call."""

import json
from pathlib import Path

import typer

from .commands import Wanted, finish
from .reporting.building import facts, show_built
from .reporting.watching import Level, progress
from .running.building import build_data
from .running.run import directory_of

__all__ = ["Wanted", "build"]


def build(wanted: Wanted, out: Path | None, level: Level, *, as_json: bool) -> None:
    """Build training data by a scenario, and print what was built."""
    plan = wanted.plan()
    with progress(level) as watch:
        built = finish(build_data(plan, out or directory_of(plan), progress=watch))
    if as_json:
        typer.echo(json.dumps({**facts(built.dialogues), "rows": built.written, "directory": str(built.directory)}))
    else:
        show_built(built.dialogues, built.written, built.directory)
