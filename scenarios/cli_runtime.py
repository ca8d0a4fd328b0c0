"""The commands that lend models to teams elsewhere, and show who lends what."""

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
