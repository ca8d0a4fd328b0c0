"""The agents of a run: one started runtime, in which each question has agents of its own, made when first needed.

An agent's type is its name in its team, its key the question: a message's address alone identifies its agent, in
whatever process it lives.
"""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, runtime_checkable

from .agent import Agent
from .errors import AgentFailed
from .message import Message

if TYPE_CHECKING:
    from autogen_core import AgentId

MakeAgent: TypeAlias = Callable[[], Agent]


class StartedRuntime(Protocol):
    """The part of autogen-core's `AgentRuntime` that a run uses, with the start and stop of its runtimes."""

    async def register_factory(self, type: str, agent_factory: Any, *, expected_class: Any = None) -> Any:  # noqa: A002, ANN401
        """Register the factory of the agents of a type."""
        ...

    async def send_message(self, message: Any, recipient: "AgentId") -> Any:  # noqa: ANN401
        """Deliver a message to an agent; returns its reply."""
        ...

    async def agent_save_state(self, agent: "AgentId") -> Mapping[str, Any]:
        """The state of an agent."""
        ...

    async def agent_load_state(self, agent: "AgentId", state: Mapping[str, Any]) -> None:
        """Set the state of an agent."""
        ...

    def start(self) -> None:
        """Start delivering."""
        ...

    async def stop(self) -> None:
        """Stop delivering."""
        ...


@runtime_checkable
class Forgetting(Protocol):
    """A runtime that can close and remove one agent."""

    async def close_instance(self, agent: "AgentId") -> None:
        """Close and remove an agent: its id then stands for a new one."""
        ...


class AgentHost:
    """The runtime of a run, which starts with the first message, and the agents of its open questions.

    A local runtime belongs to the event loop it was started in; in another loop, the host starts a new one.

    >>> host = AgentHost()
    >>> host.open("q1", {}), host.open("q1", {})
    ('q1', 'q1#2')
    """

    def __init__(self) -> None:
        self._agents: dict[str, Mapping[str, MakeAgent]] = {}
        self._types: set[str] = set()
        self._runtime: StartedRuntime | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._opened = 0

    def open(self, question: str, agents: Mapping[str, MakeAgent]) -> str:
        """Register the agents of a question; returns the key of their addresses.

        Two teams at one question get different keys.
        """
        self._opened += 1
        key = question if question not in self._agents else f"{question}#{self._opened}"
        self._agents[key] = agents
        return key

    async def send(self, message: Message, agent: "AgentId", make: Callable[[], StartedRuntime]) -> Message:
        """Deliver a message to an agent of an open question; returns its reply. `make` makes the runtime.

        Raises what the runtime raises, and `AgentFailed` for what is no `Exception`.
        """
        runtime = await self._started(agent.type, make)
        try:
            reply: Message = await runtime.send_message(message, recipient=agent)
        except (Exception, asyncio.CancelledError, KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException as error:  # autogen's `ToolException` is one: it concerns this question alone
            raise AgentFailed(f"{agent}: {type(error).__name__}: {error}") from error
        return reply

    async def save(self, agents: "list[AgentId]", make: Callable[[], StartedRuntime]) -> dict[str, Any]:
        """The states of these agents, by type and key."""
        return {str(one): dict(await (await self._started(one.type, make)).agent_save_state(one)) for one in agents}

    async def load(self, states: "Mapping[AgentId, Mapping[str, Any]]", make: Callable[[], StartedRuntime]) -> None:
        """Restore the states of agents, which are made if need be."""
        for agent, state in states.items():
            await (await self._started(agent.type, make)).agent_load_state(agent, state)

    async def close(self, key: str, asked: "list[AgentId]") -> None:
        """Close the agents of a question that were `asked`."""
        self._agents.pop(key, None)
        runtime = self._runtime
        if isinstance(runtime, Forgetting) and self._loop is asyncio.get_running_loop():
            for agent in asked:
                await runtime.close_instance(agent)

    async def stop(self) -> None:
        """Stop the runtime, if it was started in this event loop."""
        runtime, self._runtime = self._runtime, None
        self._types.clear()
        if runtime is not None and self._loop is asyncio.get_running_loop():
            await runtime.stop()

    async def _started(self, kind: str, make: Callable[[], StartedRuntime]) -> StartedRuntime:
        loop = asyncio.get_running_loop()
        if self._runtime is None or self._loop is not loop:
            self._runtime, self._loop = make(), loop
            self._types.clear()
            self._runtime.start()
        if kind not in self._types:
            from .runtime.actor import Actor, actor_of

            self._types.add(kind)
            await self._runtime.register_factory(kind, partial(actor_of, self._agents), expected_class=Actor)
        return self._runtime
