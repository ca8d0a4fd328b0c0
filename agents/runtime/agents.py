"""The directory of a runtime's agents, and of the factories that make them on demand."""

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import TypeVar

from autogen_core import Agent, AgentId, AgentRuntime

from .actor import Factory
from .errors import Mixed, Twice, UnknownName
from .mailbox import Mailbox

T = TypeVar("T", bound=Agent)


class AgentDirectory:
    """The mailboxes of one runtime, and the factories of its agent types.

    A type has a factory, or instances that were registered one by one, never both.

    >>> import asyncio
    >>> from symposia.agents.lm_agent import LMAgent
    >>> from symposia.agents.models.scripted import Scripted
    >>> from symposia.agents.runtime.actor import Actor
    >>> from symposia.agents.runtime.local import LocalRuntime
    >>> directory = AgentDirectory(LocalRuntime(), [])
    >>> directory.add_factory("amber", lambda: Actor(LMAgent("amber", Scripted("four"))), Actor)
    >>> str(asyncio.run(directory[AgentId("amber", "question-1")].made()).id)
    'amber/question-1'
    """

    def __init__(self, runtime: AgentRuntime, failures: list[BaseException]) -> None:
        self._runtime = runtime
        self._failures = failures
        self._factories: dict[str, Factory] = {}
        self._mailboxes: dict[AgentId, Mailbox] = {}

    def __iter__(self) -> Iterator[Mailbox]:
        """Iterate over the existing mailboxes."""
        return iter(tuple(self._mailboxes.values()))

    def __getitem__(self, name: AgentId) -> Mailbox:
        """The mailbox of an agent, created on first use. Raises `UnknownName`."""
        return self._mailboxes.get(name) or self._new(name)

    def find(self, name: AgentId) -> Mailbox | None:
        """The mailbox of an agent; None if there is none."""
        return self._mailboxes.get(name)

    def forget(self, name: AgentId) -> None:
        """Remove the mailbox of an agent."""
        del self._mailboxes[name]

    def add_factory(self, kind: str, factory: Callable[[], T | Awaitable[T]], expected: type[T] | None) -> None:
        """Register a factory for a type; agents are made on first use. Raises `Twice`."""
        if kind in self._factories or any(name.type == kind for name in self._mailboxes):
            raise Twice("agent type", (kind, kind))
        self._factories[kind] = Factory(factory, expected)

    async def add_instance(self, agent: Agent, name: AgentId) -> None:
        """Register an existing agent. Raises `Twice`; `Mixed` beside one of another class."""
        if name in self._mailboxes or name.type in self._factories:
            raise Twice("agent", (str(name), str(name)))
        for other in self._mailboxes.values():
            if other.name.type == name.type and type(other.agent) is not type(agent):
                raise Mixed(
                    f"{name}: is a {type(agent).__name__}, {other.name} a {type(other.agent).__name__}. "
                    "Give agents of different classes different types."
                )
        await agent.bind_id_and_runtime(id=name, runtime=self._runtime)

        async def registered() -> Agent:
            return agent

        self._mailboxes[name] = mailbox = Mailbox(name, registered, self._failures)
        mailbox.agent = agent

    def _new(self, name: AgentId) -> Mailbox:
        if name.type not in self._factories:
            instances = (str(known) for known in self._mailboxes if known.type not in self._factories)
            raise UnknownName("agent", str(name), [*self._factories, *instances])
        make = partial(self._factories[name.type].made, name, self._runtime)
        self._mailboxes[name] = mailbox = Mailbox(name, make, self._failures)
        return mailbox
