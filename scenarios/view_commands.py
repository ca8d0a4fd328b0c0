"""What the command `view` does."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import typer

from ..agents.durable import replace
from ..agents.errors import BadScenario
from . import commands
from .commands import Wanted
from .reporting.watching import Level
from .running.run import directory_of
from .running.run_directory import TRACE
from .viewing.document import document
from .viewing.page import page
from .viewing.trainings import CURVE


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


def run(wanted: Wanted, out: Path | None, level: Level, *, as_json: bool) -> None:
    """Run a scenario while its page is served; the page stays until Ctrl-C."""
    from .viewing.serving import serving

    directory = out or directory_of(wanted.plan())
    with serving(directory, tell=said) as thread:
        commands.run(wanted, directory, level, as_json=as_json)
        said("The run is finished, and its page is still served. Ctrl-C ends that.")
        with suppress(KeyboardInterrupt):
            thread.join()


def said(line: str) -> None:
    """Say a line on standard error."""
    typer.echo(line, err=True)


def check(directories: Sequence[Path]) -> None:
    """Raise `BadScenario` for what holds neither a run nor a training."""
    for directory in directories:
        if not directory.is_dir():
            raise BadScenario(f"{directory}: no such directory. `symposia run` prints the run directory it wrote.")
        if not (directory / TRACE).is_file() and not any(directory.rglob(CURVE)):
            raise BadScenario(f"{directory}: no {TRACE}, so it is not a run. Name a run directory.")
