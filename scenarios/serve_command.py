"""What the command `serve` does. `cli_serving.py` has its arguments, and loads this module for a call."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import typer

from .planning.plan import Plan
from .planning.wanted import planned
from .reporting.untrusted import plain
from .serving.access import Token, check_host, secret_of
from .serving.gate import Gate
from .serving.offered import Offered
from .serving.opened import names, opened, opened_model
from .serving.server import listening, run
from .serving.service import Service
from .worker_commands import is_model

AT_ONCE: Final = 64
"""The requests that a model's URL is worked on for at once, where nothing else is said."""


@dataclass(frozen=True)
class Settings:
    """The settings of a server: where, to whom, how much at once, and where traces go.

    >>> Settings().port
    8000
    """

    host: str = "127.0.0.1"
    port: int = 8000
    token_file: Path | None = None
    concurrency: int | None = None
    queue: int = 1024
    grace: float = 30.0
    traces: Path | None = None


def serve(what: str, changes: Sequence[str], settings: Settings) -> None:
    """Serve a scenario's team, or the model at a URL, until it is told to stop."""
    secret, made = secret_of(settings.token_file)
    check_host(settings.host, made=made)
    plan = None if is_model(what) else planned(what, changes)
    asyncio.run(serving(what, plan, settings, secret, made=made))


async def serving(what: str, plan: Plan | None, settings: Settings, secret: str, *, made: bool) -> None:
    """Open what is served and run its server."""
    with listening(settings.host, settings.port) as place:
        async with offering(what, plan, settings.traces) as offered:
            at_once = settings.concurrency or (AT_ONCE if plan is None else plan.scenario.concurrency)
            gate = Gate(at_once, settings.queue)
            service = Service(offered, Token(secret), gate, settings.traces, lambda line: typer.echo(line, err=True))
            host, port = place.getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            typer.echo(f"serving {plain(', '.join(names(offered)))} at http://{shown}:{port}/v1", err=True)
            if made:
                typer.echo(f"token, of this run alone: {secret}", err=True)
            await run(service, [place], grace=settings.grace)


@asynccontextmanager
async def offering(what: str, plan: Plan | None, traces: Path | None) -> AsyncIterator[list[Offered]]:
    """A context with what is served under each name."""
    async with opened_model(what) if plan is None else opened(plan, traces) as offered:
        yield offered
