"""The arguments and options that several commands share."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from .reporting.watching import Level

File = Annotated[Path, typer.Argument(metavar="FILE.yaml", help="A file, or the name of one in the library.")]
RunDirectory = Annotated[Path, typer.Argument(metavar="RUN_DIR", help="What `symposia run` wrote.")]
Set = Annotated[list[str] | None, typer.Option("--set", metavar="KEY.KEY=VALUE", help="Change one value of the file.")]
Limit = Annotated[int | None, typer.Option("--limit", metavar="N", help="Take the first N questions only.")]
Out = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="The run directory; a run there is resumed.")]
Draw = Annotated[Path | None, typer.Option("--draw", metavar="FILE", help="Draw the topology: .png, .svg or .mmd.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

Quiet = Annotated[bool, typer.Option("--quiet", envvar="SYMPOSIA_QUIET", help="Print no progress on standard error.")]
Verbose = Annotated[bool, typer.Option("--verbose", help="Print a line for each question on standard error.")]


def level_of(*, quiet: bool, verbose: bool) -> "Level":
    """The level of detail of progress; verbose, where both are asked for."""
    return "verbose" if verbose else "quiet" if quiet else "normal"
