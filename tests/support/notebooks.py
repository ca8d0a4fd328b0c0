"""Agents that keep notes, and autogen agents that pass on what they hear."""

import asyncio
from collections.abc import Mapping
from typing import Any

from autogen_core import (
    AgentId,
    AgentRuntime,
    MessageContext,
)
from symposia.agents import Agent, Message, handles
from symposia.agents.errors import (
    BudgetSpent,
)
from symposia.agents.runtime.actor import Actor
from symposia.agents.runtime.local import LocalRuntime


class Note(Message):
    text: str


class Unheard(Message):
    text: str = ""


class Notebook(Agent):
    """Keeps notes; the word says what else it does."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.log: list[str] = []

    @handles
    async def note(self, note: Note) -> Note:
        self.log.append(f"begin {note.text}")
        try:
            await self.act(note.text)
        except asyncio.CancelledError:
            self.log.append(f"stopped {note.text}")
            raise
        self.log.append(f"end {note.text}")
        return note

    async def act(self, text: str) -> None:
        if text == "yield":
            await asyncio.sleep(0)
        elif text == "sleep":
            await asyncio.sleep(60)
        elif text == "fail":
            raise ValueError("seven is not prime")
        elif text == "broke":
            raise BudgetSpent("amber: the budget of 3 calls is spent (3). Raise budget.calls.")

    def save(self) -> Mapping[str, Any]:
        return {"log": list(self.log)}

    def load(self, state: Mapping[str, Any]) -> None:
        self.log = list(state["log"])


class Relay:
    """An autogen agent that passes what it hears on, and says where it was."""

    def __init__(self, to: AgentId | None = None) -> None:
        self.to = to
        self.closed = False

    async def bind_id_and_runtime(self, id: AgentId, runtime: AgentRuntime) -> None:  # noqa: A002
        self.id, self.runtime = id, runtime

    @property
    def metadata(self) -> Any:
        return {"type": self.id.type, "key": self.id.key, "description": "passes on"}

    async def on_message(self, message: Any, ctx: MessageContext) -> Any:
        to = self.to or self.id
        return await self.runtime.send_message(message, to, sender=self.id, cancellation_token=ctx.cancellation_token)

    async def save_state(self) -> Mapping[str, Any]:
        return {}

    async def load_state(self, state: Mapping[str, Any]) -> None: ...

    async def close(self) -> None:
        self.closed = True


AMBER = AgentId("amber", "test-3")
BLUE = AgentId("blue", "test-3")


async def with_notebooks(runtime: Any) -> Any:
    for name in ("amber", "blue"):
        await runtime.register_factory(name, lambda name=name: Actor(Notebook(name)), expected_class=Actor)
    return runtime


async def log_of(runtime: AgentRuntime, name: AgentId) -> list[str]:
    actor = await runtime.try_get_underlying_agent_instance(name, Actor)
    assert isinstance(actor.agent, Notebook)
    return actor.agent.log


async def ask_soon(runtime: LocalRuntime, text: str, to: AgentId = AMBER, **more: Any) -> asyncio.Task[Any]:
    task = asyncio.create_task(runtime.send_message(Note(text=text), to, **more))
    await asyncio.sleep(0.01)
    return task
