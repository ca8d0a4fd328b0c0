"""What the tests of the MQTT runtime share: agents that count, and runtimes that are stopped in the end."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from symposia.agents.agent import Agent, State, handles
from symposia.agents.message import Answer, Ask
from symposia.agents.runtime.actor import Actor
from symposia.agents.runtime.mqtt.address import BrokerAddress
from symposia.agents.runtime.mqtt.runtime import MqttRuntime


class Counter(Agent):
    """Replies with how many messages it got, and whose they were; `seconds` is how long it thinks."""

    def __init__(self, name: str, seconds: float = 0.0, seen: list[str] | None = None) -> None:
        super().__init__(name)
        self.count = 0
        self.seconds = seconds
        self.seen = [] if seen is None else seen

    @handles
    async def answer(self, ask: Ask) -> Answer:
        """The number of messages so far."""
        self.seen.append(ask.text)
        await asyncio.sleep(self.seconds)
        self.count += 1
        return Answer(text=f"{self.name} {self.count}")

    def save(self) -> State:
        """The number of messages."""
        return {"count": self.count}

    def load(self, state: State) -> None:
        """Restore it."""
        self.count = int(state["count"])


@asynccontextmanager
async def runtimes(address: BrokerAddress, *names: str, **options: Any) -> AsyncIterator[list[MqttRuntime]]:
    """Started runtimes, one for each name."""
    made = [MqttRuntime(address, name=name, **{"linger": 0.2, **options}) for name in names]
    for one in made:
        one.start()
    try:
        for one in made:
            await one.ready(10)
        yield made
    finally:
        for one in reversed(made):
            await one.stop()


async def counting(runtime: MqttRuntime, kind: str, *, pool: bool = False, **made: Any) -> list[str]:
    """Have a runtime make counters of a type; returns the list of what they are asked."""
    seen: list[str] = []
    name = runtime.process.name[-4:]
    await runtime.register_factory(kind, lambda: Actor(Counter(name, seen=seen, **made)), pool=pool)
    return seen


async def until(ready: Callable[[], object]) -> None:
    """Wait until something is so, for ten seconds at most."""
    async with asyncio.timeout(10):
        while not ready():  # noqa: ASYNC110 - what is waited for happens in other processes
            await asyncio.sleep(0.01)
