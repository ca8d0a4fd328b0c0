"""What the command `mcp` does. `cli_serving.py` has its arguments, and loads this module for a call."""

import asyncio
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from .planning.plan import Plan
from .planning.wanted import planned
from .reporting.untrusted import plain
from .serve_command import AT_ONCE, offering
from .serving.access import Token, check_host, secret_of
from .serving.gate import Gate
from .serving.mcp_server import PATH, application, check_library, mcp_server
from .serving.offered import Offered
from .serving.server import StoppedByUs, listening
from .serving.service import Service
from .worker_commands import is_model


@dataclass(frozen=True)
class Settings:
    """The settings of a team that is a tool: offered over standard input and output, or over HTTP at a port.

    >>> Settings().port is None
    True
    """

    port: int | None = None
    host: str = "127.0.0.1"
    token_file: Path | None = None
    concurrency: int | None = None
    queue: int = 1024
    traces: Path | None = None


def mcp(what: str, changes: Sequence[str], settings: Settings) -> None:
    """Offer a scenario's team, or the model at a URL, as a tool until the client goes or it is told to stop."""
    check_library()
    plan = None if is_model(what) else planned(what, changes)
    asyncio.run(at_stdio(what, plan, settings) if settings.port is None else at_port(what, plan, settings))


async def at_stdio(what: str, plan: Plan | None, settings: Settings) -> None:
    """Speak with the program that started this one."""
    async with offering(what, plan, settings.traces) as offered:
        await mcp_server(service_of(offered, Token(""), plan, settings)).run_stdio_async()


async def at_port(what: str, plan: Plan | None, settings: Settings) -> None:
    """Serve over HTTP until a signal comes."""
    secret, made = secret_of(settings.token_file)
    check_host(settings.host, made=made)
    with listening(settings.host, settings.port or 0) as place:
        async with offering(what, plan, settings.traces) as offered:
            service = service_of(offered, Token(secret), plan, settings)
            server = StoppedByUs.of(application(service, settings.host))
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, server.stop)
            host, port = place.getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            typer.echo(f"the tool ask, of {plain(offered[0].name)}, at http://{shown}:{port}{PATH}", err=True)
            if made:
                typer.echo(f"token, of this run alone: {secret}", err=True)
            await server.serve([place])


def service_of(offered: list[Offered], token: Token, plan: Plan | None, settings: Settings) -> Service:
    """The service of these models, with its limits."""
    at_once = settings.concurrency or (AT_ONCE if plan is None else plan.scenario.concurrency)
    log = lambda line: typer.echo(plain(line), err=True)  # noqa: E731 - standard output is the client's
    return Service(offered, token, Gate(at_once, settings.queue), settings.traces, log)
