"""Calls to a test server, and the errors they raise."""

import re

import pytest
from symposia.agents.errors import (
    SymposiaError,
)
from symposia.agents.message import Answer, Sampling
from symposia.agents.models.api import Api, Limits
from symposia.agents.turn import Turn
from symposia.tests.support.server import Reply, Server

QUESTION = (Turn(role="user", text="2 + 2?"),)
QUICK = Limits(attempts=3, first_wait=0.01, patience=0.0)


def api(server: Server, model: str = "openai/m", limits: Limits = QUICK) -> Api:
    return Api(model, base_url=server.url, limits=limits)


async def ask(*script: Reply, sampling: Sampling | None = None, model: str = "openai/m") -> Answer:
    with Server(*script) as server:
        return await api(server, model).write(QUESTION, sampling or Sampling())


async def complaint(awaitable: object, kind: type[SymposiaError], *, exactly: bool = True) -> str:
    """The one error a call raises, with ports and URLs of the test server made equal."""
    with pytest.raises(kind) as caught:
        await awaitable  # type: ignore[misc]
    assert type(caught.value) is kind or not exactly
    return re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", str(caught.value))
