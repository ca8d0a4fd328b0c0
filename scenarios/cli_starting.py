"""The commands for a beginning: what this machine can run, and starting points of one's own."""

from pathlib import Path
from typing import Annotated

import typer

from .cli_options import AsJson


def doctor(as_json: AsJson = False) -> None:
    """Say what this machine can run, what is missing, and how to get it. Nothing is loaded, downloaded or sent."""
    from . import doctor_command

    raise typer.Exit(doctor_command.doctor(as_json=as_json))


def new(
    kind: Annotated[str, typer.Argument(help="scenario, protocol, task, grader, metric, topology, model or trainer.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name of its file, as judge_pick.")],
    folder: Annotated[Path, typer.Option("--in", metavar="DIR", help="Where to write it.")] = Path(),
) -> None:
    """Write a plug-in that works, with its scenario and its test, or a scenario, as a starting point."""
    from . import commands

    commands.new(kind, name, folder)
