"""The command that serves models and teams behind an OpenAI-compatible API."""

from pathlib import Path
from typing import Annotated

import typer

from .cli_options import Set


def serve(  # noqa: PLR0913 - each one an argument of the command
    what: Annotated[str, typer.Argument(metavar="FILE_OR_MODEL", help="A scenario, or a model's URL.")],
    changes: Set = None,
    host: Annotated[str, typer.Option(help="The address; other than this machine's own only with a token.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 is any free one.")] = 8000,
    token_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A file with the token; else $SYMPOSIA_TOKEN, or a new one.")
    ] = None,
    concurrency: Annotated[
        int | None, typer.Option(min=1, help="Requests worked on at once; the scenario's concurrency by default.")
    ] = None,
    queue: Annotated[int, typer.Option(min=0, help="Requests that may wait; more are refused.")] = 1024,
    grace: Annotated[float, typer.Option(min=0, help="Seconds that requests get to finish at a stop.")] = 30.0,
    trace: Annotated[Path | None, typer.Option(metavar="DIR", help="Keep the trace of each request in DIR/ID.")] = None,
) -> None:
    """Serve a team, and each of its members, behind an OpenAI-compatible API."""
    from . import serve_command

    settings = serve_command.Settings(host, port, token_file, concurrency, queue, grace, trace)
    serve_command.serve(what, changes or [], settings)
