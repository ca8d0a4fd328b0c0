"""The commands that lend models to teams elsewhere, show who lends what, and make a broker safe."""

from pathlib import Path
from typing import Annotated

import typer

from .cli_options import AsJson

Runtime = Annotated[str, typer.Option("--runtime", metavar="mqtt://HOST", help="The broker, as mqtt://localhost.")]


def worker(
    what: Annotated[
        list[str], typer.Argument(metavar="FILE_OR_MODEL...", help="Scenarios, whose models are lent, or models' URLs.")
    ],
    runtime: Runtime,
    window: Annotated[int, typer.Option(min=1, help="The requests that it works on at once.")] = 32,
) -> None:
    """Lend this machine's models to teams elsewhere: text, distributions, scores and parameters."""
    from . import worker_commands

    worker_commands.worker(what, runtime, window)


def workers(runtime: Runtime, as_json: AsJson = False) -> None:
    """List the workers of a broker, and the models that each lends."""
    from . import worker_commands

    worker_commands.workers(runtime, as_json=as_json)


def broker(
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port, on this machine alone.")] = 1883,
) -> None:
    """Run a private Mosquitto without accounts, for this machine alone, until it is stopped."""
    from . import worker_commands

    worker_commands.broker(port)


def access(  # noqa: PLR0913 - each one an argument of the command
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder for the broker's files.")],
    team: Annotated[list[str] | None, typer.Option(metavar="NAME", help="An account that asks; several are.")] = None,
    worker: Annotated[
        list[str] | None, typer.Option(metavar="NAME=FILE_OR_MODEL,..", help="An account that lends these models.")
    ] = None,
    host: Annotated[str, typer.Option(help="The address that the broker listens to.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8883,
    site: Annotated[str, typer.Option(help="The site whose topics they share.")] = "symposia",
) -> None:
    """Write accounts, permissions, certificates and a configuration for Mosquitto into a new folder."""
    from . import worker_commands

    worker_commands.access(folder, team or [], worker or [], (host, port), site)
