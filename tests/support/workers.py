"""Workers in processes of their own, and the samples of runs without the seconds that they took."""

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from symposia.agents.errors import MissingCapability
from symposia.agents.peers.lending import lend
from symposia.agents.runtime.mqtt.address import BrokerAddress
from symposia.agents.runtime.mqtt.broker import mosquitto
from symposia.agents.runtime.mqtt.runtime import MqttRuntime

STARTED = 90.0


def need_broker() -> None:
    """Skip a test where aiomqtt or Mosquitto is not installed."""
    pytest.importorskip("aiomqtt", reason="aiomqtt is not installed: pip install 'symposia[mqtt]'")
    try:
        mosquitto()
    except MissingCapability as error:
        pytest.skip(str(error))


@contextmanager
def workers(address: str, *models: Sequence[str], before: Sequence[Sequence[str]] = ()) -> Iterator[list[Any]]:
    """A context manager: a process for each list of models, which has said that it lends them."""
    fleet = []
    try:
        for number, own in enumerate(models):
            first = before[number] if before else ()
            command = [*first, sys.executable, "-m", "symposia.scenarios.cli", "worker", *own, "--runtime", address]
            environment = dict(os.environ, OMP_NUM_THREADS="1")
            fleet.append(subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment))
        for one in fleet:
            assert one.stderr is not None
            said = next(line for line in iter(one.stderr.readline, "") if not line.startswith("loading"))
            assert " lends " in said, said
        yield fleet
    finally:
        for one in fleet:
            one.kill()
            one.wait()


@asynccontextmanager
async def lending_here(address: BrokerAddress, models: Mapping[str, Any]) -> AsyncIterator[MqttRuntime]:
    """A context manager: a worker in this process, which lends these models by their URL."""
    runtime = MqttRuntime(address, name="worker", linger=0.2)
    for url, model in models.items():
        await lend(runtime, url, model)
    runtime.start()
    try:
        await runtime.ready(10)
        yield runtime
    finally:
        await runtime.stop()


def samples_in(directory: Path) -> list[dict[str, Any]]:
    """The samples of a run, without the seconds that they took."""
    lines = (directory / "samples.jsonl").read_text().splitlines()
    return [{key: value for key, value in json.loads(line).items() if key != "seconds"} for line in lines]
