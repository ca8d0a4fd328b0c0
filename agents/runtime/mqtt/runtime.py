"""autogen-core's `AgentRuntime` in any number of processes, over a broker of MQTT 5.

An agent's type and key are its address everywhere: a message to one that this process makes never leaves it; others go
to whoever makes agents of the type. Several processes that do are a work queue: each message goes to one of them, and,
where the agent keeps a state, the next one to the same.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from secrets import token_hex
from typing import Any, Final, TypeVar

from autogen_core import (
    Agent,
    AgentId,
    AgentMetadata,
    AgentType,
    CancellationToken,
    MessageSerializer,
    Subscription,
    TopicId,
)

from ...errors import BadMessage
from ...message import Message
from ..local import LocalRuntime
from .address import BrokerAddress
from .connection import Connection
from .frame import Frame, Header, packed
from .hosted import Hosted
from .posts import Posts
from .process import PATIENCE, WINDOW, Connect, Process

T = TypeVar("T", bound=Agent)

LINGER: Final = 10.0
"""The seconds that a stop waits for what is being worked on."""


class MqttRuntime:
    """An `AgentRuntime` over a broker; this process's agents are those that are registered here.

    `window` is the number of queued requests that it works on at once, `deadline` the time limit of a message in
    seconds, `hedge` the seconds after which a request that keeps no state is given to a second process as well,
    `linger` the seconds that a stop waits for what is being worked on, `connect` makes its connections.

    >>> MqttRuntime(BrokerAddress("localhost", 1883)).process.topics.root
    'symposia/symposia'
    """

    def __init__(  # noqa: PLR0913 - where it is, and its limits
        self,
        address: BrokerAddress,
        *,
        name: str = "run",
        window: int = WINDOW,
        deadline: float | None = None,
        hedge: float | None = None,
        linger: float = LINGER,
        connect: Connect = Connection,
    ) -> None:
        self.deadline = deadline
        self.linger = linger
        self.hosted = Hosted(LocalRuntime(deadline=deadline))
        self._posts = Posts(
            lambda message, agent, sender: self.send_message(message, agent, sender=sender), self.hosted.local.failures
        )
        answer, post = self.hosted.answer, self._posts.posted
        self.process = Process(address, name, answer=answer, post=post, window=window, hedge=hedge, connect=connect)

    def start(self) -> None:
        """Begin to connect and deliver, in the running event loop."""
        self.hosted.local.start()
        self.process.start()

    async def ready(self, seconds: float = PATIENCE) -> None:
        """Wait until it is connected. Raises `ModelUnavailable`, `BadScenario` for a refused user."""
        await self.process.ready(seconds)

    async def stop(self) -> None:
        """Stop: what is being worked on is finished, within `linger` seconds; what waits for others fails."""
        if self.hosted.local.running:
            await self.process.stop(self.linger)
            await self.hosted.local.stop()

    async def send_message(
        self,
        message: Any,  # noqa: ANN401 - the protocol's
        recipient: AgentId,
        *,
        sender: AgentId | None = None,
        cancellation_token: CancellationToken | None = None,
        message_id: str | None = None,
    ) -> Any:  # noqa: ANN401 - a reply can be of any type
        """Send a message and await the reply; cancelling this call or the token cancels the handler, wherever it is.

        Raises the handler's `SymposiaError` as it is, `DeadlineExceeded`, `ModelUnavailable`.
        """
        if self.hosted.has(recipient):
            return await self.hosted.local.send_message(
                message, recipient, sender=sender, cancellation_token=cancellation_token, message_id=message_id
            )
        if not isinstance(message, Message):
            raise BadMessage(f"{recipient}: a {type(message).__name__} cannot be sent. Messages of symposia can.")
        await self.process.line.wait(PATIENCE)
        asked = self.process.asking.ask(recipient, message, sender=sender, deadline=self.deadline)
        if cancellation_token is None:
            return (await asked).message()
        return (await cancellation_token.link_future(asyncio.ensure_future(asked))).message()

    async def publish_message(
        self,
        message: Any,  # noqa: ANN401 - the protocol's
        topic_id: TopicId,
        *,
        sender: AgentId | None = None,
        cancellation_token: CancellationToken | None = None,
        message_id: str | None = None,
    ) -> None:
        """Send a message to every subscriber of a topic, in all processes, except its sender."""
        if not isinstance(message, Message):
            raise BadMessage(f"{topic_id}: a {type(message).__name__} cannot be sent. Messages of symposia can.")
        await self.process.line.wait(PATIENCE)
        header = Header(
            kind="post", id=message_id or token_hex(16), by=self.process.name, sender=str(sender) if sender else None
        )
        topic = self.process.topics.post(topic_id, self.process.user)
        self.process.line.publish(topic, packed(header, message))

    async def register_factory(
        self,
        type: str | AgentType,  # noqa: A002 - the protocol's name
        agent_factory: Callable[[], T | Awaitable[T]],
        *,
        expected_class: type[T] | None = None,
        pool: bool = False,
    ) -> AgentType:
        """Make agents of a type here, for everybody. In a `pool` any agent of the type will do for any message."""
        kind = await self.hosted.local.register_factory(type, agent_factory, expected_class=expected_class)
        self.hosted.add(kind.type, pool=pool)
        await self.process.take(kind.type, self.process.topics.shared(kind.type))
        return kind

    async def register_agent_instance(self, agent_instance: Agent, agent_id: AgentId) -> AgentId:
        """Have this agent here, for everybody."""
        await self.hosted.local.register_agent_instance(agent_instance, agent_id)
        self.hosted.add(str(agent_id))
        await self.process.take(agent_id.type, self.process.topics.only(agent_id))
        return agent_id

    async def get(
        self, id_or_type: AgentId | AgentType | str, /, key: str = "default", *, lazy: bool = True
    ) -> AgentId:
        """The id of an agent, wherever it is; unless `lazy`, it is made now."""
        name = (
            id_or_type
            if isinstance(id_or_type, AgentId)
            else AgentId(str(getattr(id_or_type, "type", id_or_type)), key)
        )
        if not lazy:
            await self.agent_metadata(name)
        return name

    async def try_get_underlying_agent_instance(self, id: AgentId, type: type[T] = Agent) -> T:  # type: ignore[assignment]  # noqa: A002 - as in the protocol
        """The agent itself, where it is in this process. Raises `UnknownName`."""
        return await self.hosted.local.try_get_underlying_agent_instance(id, type)

    async def agent_metadata(self, agent: AgentId) -> AgentMetadata:
        """The type, key and description of an agent, wherever it is."""
        if self.hosted.has(agent):
            return await self.hosted.local.agent_metadata(agent)
        found = (await self._asked(agent, "describe")).state()
        return AgentMetadata(type=agent.type, key=agent.key, description=str(found["description"]))

    async def agent_save_state(self, agent: AgentId) -> Mapping[str, Any]:
        """The state of an agent, wherever it is, between two messages."""
        if self.hosted.has(agent):
            return await self.hosted.local.agent_save_state(agent)
        state: Mapping[str, Any] = (await self._asked(agent, "save")).state()
        return state

    async def agent_load_state(self, agent: AgentId, state: Mapping[str, Any]) -> None:
        """Restore the state of an agent, wherever it is, between two messages."""
        if self.hosted.has(agent):
            await self.hosted.local.agent_load_state(agent, state)
        else:
            await self._asked(agent, "load", dict(state))

    async def save_state(self) -> Mapping[str, Any]:
        """The state of every agent of this process, by its id."""
        return await self.hosted.local.save_state()

    async def load_state(self, state: Mapping[str, Any]) -> None:
        """Restore the state of agents, wherever they are."""
        for name, own in state.items():
            await self.agent_load_state(AgentId.from_str(name), own)

    async def add_subscription(self, subscription: Subscription) -> None:
        """Have the messages to a topic delivered, from this process, to the agents that a subscription names."""
        self._posts.subscriptions.add(subscription)
        await self.process.line.subscribe([self.process.topics.posts])

    async def remove_subscription(self, id: str) -> None:  # noqa: A002 - the protocol's name
        """Remove a subscription. Raises `UnknownName`."""
        self._posts.subscriptions.remove(id)

    def add_message_serializer(self, serializer: MessageSerializer[Any] | Sequence[MessageSerializer[Any]]) -> None:
        """Do nothing: messages have a codec of their own."""

    async def close_instance(self, agent: AgentId) -> None:
        """Close and remove an agent of this process."""
        if self.hosted.has(agent):
            await self.hosted.local.close_instance(agent)

    async def _asked(self, agent: AgentId, what: str, state: Any = None) -> Frame:  # noqa: ANN401 - JSON
        await self.process.line.wait(PATIENCE)
        return await self.process.asking.ask(agent, None, what=what, state=state, deadline=self.deadline)
