"""The command that shows runs."""

from pathlib import Path
from typing import Annotated

import typer


def view(
    directories: Annotated[list[Path], typer.Argument(metavar="RUN_DIR...")],
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write the page as one file that needs no server.")
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port, on this machine alone; 0 for a free one.")] = 0,
) -> None:
    """Show runs in a browser: who said what to whom, when, at what cost; two runs beside each other."""
    from . import view_commands

    if html is not None:
        view_commands.write(directories, html)
    else:
        view_commands.serve(directories, port)
