"""Runtimes with two agents that keep notes."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from autogen_core import (
    SingleThreadedAgentRuntime,
)
from symposia.agents.runtime.local import LocalRuntime
from symposia.tests.support.notebooks import with_notebooks


@pytest.fixture
async def local() -> AsyncIterator[LocalRuntime]:
    runtime = await with_notebooks(LocalRuntime())
    runtime.start()
    yield runtime
    runtime.failures.clear()
    await runtime.close()


@pytest.fixture(params=[LocalRuntime, SingleThreadedAgentRuntime])
async def either(request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    runtime = await with_notebooks(request.param())
    runtime.start()
    yield runtime
    await runtime.close()
