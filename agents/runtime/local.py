"""The local runtime: autogen-core's `AgentRuntime` in one event loop.

It replaces autogen's `SingleThreadedAgentRuntime` and differs from it: an agent handles one message at a time, unless
it keeps the order of its messages itself; payloads are passed by reference, never serialised; cancelling a request
cancels its handler; errors name the agent, and those of published messages are raised by `stop` and `stop_when_idle`;
an agent that would wait for itself gets a `Deadlock`; message ids are sequence numbers.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import count
from typing import Any, TypeVar

from autogen_core import (
    Agent,
    AgentId,
    AgentMetadata,
    AgentType,
    CancellationToken,
    MessageContext,
    MessageSerializer,
    Subscription,
    TopicId,
)

from .agents import AgentDirectory
from .delivery import Delivery
from .letter import Letter
from .subscriptions import Subscriptions

T = TypeVar("T", bound=Agent)


def ordered(agent: Agent | None) -> tuple[type, ...] | None:
    """The types of messages whose order an agent keeps itself, as AgentChat's teams do; None if its mailbox does.

    Such an agent hears other messages, as the pause of a team, at once. Its handlers look at the cancellation token,
    and are not stopped in the middle: a team whose messages were lost would wait for them in its next run.
    """
    types: Sequence[type] | None = getattr(agent, "_sequential_message_types", None)
    return None if types is None else tuple(types)


class LocalRuntime(Delivery):
    """An `AgentRuntime` in one event loop; each agent has a mailbox.

    Messages sent before `start` wait for it; after a stop, sending is an error until the next `start`. `deadline` is
    the time limit for a message in seconds, waiting in its mailbox included; None is no limit. `failures` are the
    errors of published messages since the last start. Handlers do not see the sender's context variables.

    >>> import asyncio
    >>> from symposia.agents.lm_agent import LMAgent
    >>> from symposia.agents.message import Ask, Request, Sampling
    >>> from symposia.agents.models.scripted import Scripted
    >>> from symposia.agents.runtime.actor import Actor
    >>> async def sent(request):
    ...     runtime = LocalRuntime()
    ...     await runtime.register_agent_instance(Actor(LMAgent("amber", Scripted("four"))), AgentId("amber", "q"))
    ...     runtime.start()
    ...     return await runtime.send_message(request, AgentId("amber", "q"))
    >>> asyncio.run(sent(Request(prompt=Ask(text="2 + 2?"), sampling=Sampling(), place="q"))).text
    'four'
    """

    def __init__(self, *, deadline: float | None = None) -> None:
        failures: list[BaseException] = []
        super().__init__(AgentDirectory(self, failures), failures, deadline)
        self._subscriptions = Subscriptions()
        self._ids = count(1)

    async def send_message(
        self,
        message: object,
        recipient: AgentId,
        *,
        sender: AgentId | None = None,
        cancellation_token: CancellationToken | None = None,
        message_id: str | None = None,
    ) -> Any:  # noqa: ANN401 - a reply can be of any type
        """Send a message and await the reply. Cancelling this call or the token cancels the handler.

        Raises `UnknownName`, `CannotHandle`, `AgentFailed`, `DeadlineExceeded`, `Deadlock`, and any
        `SymposiaError` of the handler as it is.
        """
        mailbox = self._agents[recipient]
        token = cancellation_token or CancellationToken()
        context = MessageContext(sender, None, True, token, message_id or str(next(self._ids)))
        types = ordered(mailbox.agent)
        at_once = self.running and types is not None and not isinstance(message, types)
        ask = self.ask_beside if at_once else self.ask
        return await ask(mailbox, lambda agent: agent.on_message(message, context), cancellation_token)

    async def publish_message(
        self,
        message: object,
        topic_id: TopicId,
        *,
        sender: AgentId | None = None,
        cancellation_token: CancellationToken | None = None,
        message_id: str | None = None,
    ) -> None:
        """Send a message to every subscriber of a topic except its sender; having no subscriber is not an error."""
        token = cancellation_token or CancellationToken()
        context = MessageContext(sender, topic_id, False, token, message_id or str(next(self._ids)))
        listeners = self._subscriptions.listeners(topic_id)
        for mailbox in [self._agents[listener] for listener in listeners if listener != sender]:
            letter = Letter(lambda agent: agent.on_message(message, context), token=token)
            self.post(mailbox, letter, cancellation_token if ordered(mailbox.agent) is None else None)

    async def register_factory(
        self,
        type: str | AgentType,  # noqa: A002 - the protocol's name
        agent_factory: Callable[[], T | Awaitable[T]],
        *,
        expected_class: type[T] | None = None,
    ) -> AgentType:
        """Register a factory for a type, which makes one agent for each key on first use. Raises `Twice`.

        In the factory, `AgentInstantiationContext` has the runtime and the id.
        """
        kind = AgentType(type) if isinstance(type, str) else type
        self._agents.add_factory(kind.type, agent_factory, expected_class)
        return kind

    async def register_agent_instance(self, agent_instance: Agent, agent_id: AgentId) -> AgentId:
        """Register an existing agent. Raises `Twice` if the id is taken or its type has a factory."""
        await self._agents.add_instance(agent_instance, agent_id)
        return agent_id

    async def get(
        self, id_or_type: AgentId | AgentType | str, /, key: str = "default", *, lazy: bool = True
    ) -> AgentId:
        """The id of an agent; unless `lazy`, the agent is made now. Raises `UnknownName`."""
        name = id_or_type if isinstance(id_or_type, AgentId) else AgentId(id_or_type, key)
        if not lazy:
            await self._agents[name].made()
        return name

    async def try_get_underlying_agent_instance(
        self,
        id: AgentId,  # noqa: A002 - the protocol's name
        type: type[T] = Agent,  # type: ignore[assignment]  # noqa: A002 - as in the protocol
    ) -> T:
        """The agent itself. Raises `UnknownName`, or `TypeError` for another type."""
        agent = await self._agents[id].made()
        if not isinstance(agent, type):
            raise TypeError(f"{id}: is a {agent.__class__.__name__}, not a {type.__name__}.")
        return agent

    async def agent_metadata(self, agent: AgentId) -> AgentMetadata:
        """The type, key and description of an agent."""
        return (await self._agents[agent].made()).metadata

    async def agent_save_state(self, agent: AgentId) -> Mapping[str, Any]:
        """The state of an agent between two messages."""
        state: Mapping[str, Any] = await self.between(agent, lambda agent: agent.save_state())
        return state

    async def agent_load_state(self, agent: AgentId, state: Mapping[str, Any]) -> None:
        """Restore the state of an agent between two messages."""
        await self.between(agent, lambda agent: agent.load_state(state))

    async def save_state(self) -> Mapping[str, Any]:
        """The state of every agent, by its id."""
        return {str(name): dict(await self.agent_save_state(name)) for name in self.instances}

    async def load_state(self, state: Mapping[str, Any]) -> None:
        """Restore the state of agents, made on first use. Raises `UnknownName` before any is changed."""
        mailboxes = [self._agents[AgentId.from_str(name)] for name in state]
        for mailbox, saved in zip(mailboxes, state.values(), strict=True):
            await self.agent_load_state(mailbox.name, saved)

    async def add_subscription(self, subscription: Subscription) -> None:
        """Add a subscription. Raises `Twice`."""
        self._subscriptions.add(subscription)

    async def remove_subscription(self, id: str) -> None:  # noqa: A002 - the protocol's name
        """Remove a subscription. Raises `UnknownName`."""
        self._subscriptions.remove(id)

    def add_message_serializer(self, serializer: MessageSerializer[Any] | Sequence[MessageSerializer[Any]]) -> None:
        """Do nothing: this runtime never serialises messages."""
