"""What the command `view` does."""

from collections.abc import Sequence
from pathlib import Path

import typer

from ..agents.durable import replace
from ..agents.errors import BadScenario
from .viewing.document import document
from .viewing.page import page


def write(directories: Sequence[Path], path: Path) -> None:
    """Write the page of these runs as one file."""
    check(directories)
    text = page(document(directories)).encode()
    replace(path, text)
    typer.echo(f"{path}: {len(text) / 1e6:.1f} MB. It opens in any browser of 2023 or later, without a server.")


def serve(directories: Sequence[Path], port: int) -> None:
    """Serve the page of these runs until it is stopped."""
    from .viewing.serving import serve as serve_page

    check(directories)
    serve_page(directories, port, tell=typer.echo)


def check(directories: Sequence[Path]) -> None:
    """Raise `BadScenario` for what is not a directory."""
    for directory in directories:
        if not directory.is_dir():
            raise BadScenario(f"{directory}: no such directory. `symposia run` prints the run directory it wrote.")
