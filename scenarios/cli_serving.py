"""The commands that serve models and teams: behind an OpenAI-compatible API, and as a tool of MCP."""

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


def mcp(  # noqa: PLR0913 - each one an argument of the command
    what: Annotated[str, typer.Argument(metavar="FILE_OR_MODEL", help="A scenario, or a model's URL.")],
    changes: Set = None,
    http: Annotated[
        int | None,
        typer.Option("--http", metavar="PORT", min=0, max=65535, help="Serve over HTTP; 0 is any free port."),
    ] = None,
    host: Annotated[str, typer.Option(help="The address, with --http.")] = "127.0.0.1",
    token_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A file with the token of --http; else $SYMPOSIA_TOKEN.")
    ] = None,
    concurrency: Annotated[int | None, typer.Option(min=1, help="Questions worked on at once.")] = None,
    queue: Annotated[int, typer.Option(min=0, help="Questions that may wait; more are refused.")] = 1024,
    trace: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep the trace of each question in DIR/ID.")
    ] = None,
) -> None:
    """Offer a team as a tool, `ask`, to programs that speak MCP: on standard input and output, or over HTTP."""
    from . import mcp_command

    mcp_command.mcp(what, changes or [], mcp_command.Settings(http, host, token_file, concurrency, queue, trace))
