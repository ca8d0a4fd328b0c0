"""Models, and the runtimes they are served by."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from autogen_core import SingleThreadedAgentRuntime
from symposia.agents.loading import load
from symposia.agents.runtime.local import LocalRuntime
from symposia.tests.support.markov import markov
from symposia.tests.support.peers import TABLE, WORDS
from symposia.tests.support.tiny import llama


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("models")
    return {
        "amber": load(f"hf:{llama(folder / 'amber', max_position_embeddings=1024)}"),
        "blue": load(f"hf:{llama(folder / 'blue', seed=1, max_position_embeddings=1024)}"),
        "stranger": load(f"hf:{llama(folder / 'stranger', 'hello', seed=2)}"),
        "table": load(f"hf:{markov(folder / 'table', TABLE, WORDS)}"),
    }


@pytest.fixture(params=[LocalRuntime, SingleThreadedAgentRuntime])
async def runtime(request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    made = request.param()
    made.start()
    yield made
    await made.stop_when_idle()
