"""Pocket models behind stand-in servers, and the same models here."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from symposia.agents.loading import load
from symposia.agents.models.served import registry
from symposia.tests.support.served import StandIn

NAMES = ("base", "generalist")


@pytest.fixture(autouse=True)
async def _closed() -> AsyncIterator[None]:
    """When a test ends its connections are closed, and its servers forgotten: another may get the same port."""
    yield
    for engine in registry._ENGINES.values():
        await engine.client.close()
    registry._ENGINES.clear()
    registry._MODELS.clear()


@pytest.fixture(scope="session")
def here() -> dict[str, Any]:
    return {name: load(f"pocket:{name}") for name in NAMES}


@pytest.fixture(scope="session")
def servers(here: dict[str, Any]) -> Iterator[dict[str, StandIn]]:
    """A vLLM for each model."""
    with StandIn({"base": here["base"]}) as base, StandIn({"generalist": here["generalist"]}) as generalist:
        yield {"base": base, "generalist": generalist}


@pytest.fixture
def there(servers: dict[str, StandIn]) -> dict[str, Any]:
    return {name: load(f"vllm:{name}@{server.url}") for name, server in servers.items()}


@pytest.fixture
def few(servers: dict[str, StandIn]) -> dict[str, Any]:
    """The same, of which the eight likeliest tokens are asked for."""
    return {name: load(f"vllm:{name}@{server.url}#top=8") for name, server in servers.items()}


@pytest.fixture
def sglang(here: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The models behind SGLang's forms."""
    with (
        StandIn({"base": here["base"]}, kind="sglang") as base,
        StandIn({"generalist": here["generalist"]}, kind="sglang") as generalist,
    ):
        yield {name: load(f"sglang:{name}@{one.url}") for name, one in (("base", base), ("generalist", generalist))}
