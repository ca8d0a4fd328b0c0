"""The commands that build data, train, prepare teams, and upload what was trained."""

from pathlib import Path
from typing import Annotated

import typer

from .cli_options import AsJson, File, Limit, Out, Quiet, Set, Verbose, level_of


def build(  # noqa: PLR0913 - each one an argument of the command
    file: File,
    changes: Set = None,
    limit: Limit = None,
    out: Out = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Build training data: conversations whose candidate answers are rewarded by where they lead."""
    from . import building_commands

    level = level_of(quiet=quiet, verbose=verbose)
    building_commands.build(building_commands.Wanted(file, changes, limit), out, level, as_json=as_json)


def train(file: File, changes: Set = None, out: Out = None) -> None:
    """Train models as a training file says; the same command again resumes."""
    from . import commands

    commands.train(commands.Wanted(file, changes), out)


def prepare(
    file: File,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the prepared team is kept.")],
    changes: Set = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Prepare a scenario's team, as on its dev split, and keep it for any scenario that says `prepared: DIR`."""
    from . import preparing_command

    preparing_command.prepare(file, changes or [], out, level_of(quiet=quiet, verbose=verbose))


def push(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="What `symposia train` made.")],
    to: Annotated[str, typer.Option(metavar="OWNER/NAME", help="The repository on the hub.")],
    public: Annotated[bool, typer.Option("--public", help="Make a new repository public.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before uploading.")] = False,
) -> None:
    """Upload trained weights with their card to the hub, after saying what would be uploaded."""
    from . import push_command

    push_command.push(directory, to, private=not public, yes=yes)
