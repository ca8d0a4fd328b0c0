"""autogen-core's `AgentRuntime` in any number of processes, over a broker of MQTT 5.

An agent's type and key are its address everywhere: a message to one that this process makes never leaves it; others go
to whoever makes agents of the type. Several processes that do are a work queue: each message goes to one of them, and,
where the agent keeps a state, the next one to the same.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from secrets import token_hex
from socket import gethostname
from time import time
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

from .... import __version__
from ...errors import BadMessage, ModelUnavailable, SymposiaError
from ...message import Message
from ..errors import UnknownName
from ..local import LocalRuntime
from ..subscriptions import Subscriptions
from .address import BrokerAddress
from .answering import Answering, user_of
from .asking import Asking, Outbox
from .connection import Arrived, Connection, Will
from .frame import Frame, Header, packed
from .gates import Gates
from .offers import Offer, Offers
from .topics import NOBODY_USER, Topics
from .transfers import Transfers

T = TypeVar("T", bound=Agent)

WINDOW: Final = 32
"""The requests from the queue that a process works on at once."""

PATIENCE: Final = 30.0
"""The seconds that a message waits for the first connection."""

LINGER: Final = 10.0
"""The seconds that a stop waits for what is being worked on."""


class MqttRuntime:
    """An `AgentRuntime` over a broker; this process's agents are those that are registered here.

    `window` is the number of queued requests that it works on at once, `deadline` the time limit of a message in
    seconds, `hedge` the seconds after which a request that keeps no state is given to a second process as well,
    `linger` the seconds that a stop waits for what is being worked on.
    """

    def __init__(
        self,
        address: BrokerAddress,
        *,
        name: str | None = None,
        window: int = WINDOW,
        deadline: float | None = None,
        hedge: float | None = None,
        linger: float = LINGER,
    ) -> None:
        self.address = address
        self.linger = linger
        self.deadline = deadline
        self.user = address.user or NOBODY_USER
        self.process = f"{self.user}/{name or 'run'}-{token_hex(8)}"
        self.local = LocalRuntime(deadline=deadline)
        self.topics = Topics(address.site)
        self.offers = Offers(self._changed, address.key)
        self.refused = 0
        self._pools: dict[str, list[str]] = {}
        self._kinds: dict[str, None] = {}
        self._subscriptions = Subscriptions()
        self._transfers = Transfers()
        offer = self.topics.offer(self.process)
        client = self.process.replace("/", "-")
        self._line = Connection(address, client, self._arrived, will=Will(offer), connected=self._connected)
        self._work = Connection(address, f"{client}-work", self._arrived, window=window)
        outbox = Outbox(self._line.publish, self.topics, self.user)
        self.asking = Asking(self.process, outbox, Gates(self.offers.window), hedge=hedge)
        self.answering = Answering(self.process, outbox, self._answer)
        self._outbox = outbox
        self._offered = Offer(window=window, host=gethostname(), version=__version__, began=time())
        self._started = False

    def start(self) -> None:
        """Begin to connect and deliver, in the running event loop."""
        self.local.start()
        self._line.start()
        self._started = True
        self._tasks = [asyncio.create_task(self._line.subscribe([self.topics.inbox(self.process), self.topics.offers]))]
        if self._kinds:
            self._work.start()

    async def ready(self, seconds: float = PATIENCE) -> None:
        """Wait until it is connected. Raises `ModelUnavailable`, `BadScenario` for a refused user."""
        await self._line.wait(seconds)
        if self._kinds:
            await self._work.wait(seconds)

    async def stop(self) -> None:
        """Stop: what is being worked on is finished, within `linger` seconds; what waits for others fails."""
        if not self._started:
            return
        self._started = False
        await self._work.stop()
        await self.answering.finish(self.linger)
        if self._line.publish(self.topics.offer(self.process), b"", retain=True):
            await asyncio.sleep(0.05)
        self.asking.stop(ModelUnavailable(f"{self.address.url}: this runtime was stopped."))
        await self._line.stop()
        await self.local.stop()

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
        if self._here(recipient):
            return await self.local.send_message(
                message, recipient, sender=sender, cancellation_token=cancellation_token, message_id=message_id
            )
        if not isinstance(message, Message):
            raise BadMessage(f"{recipient}: a {type(message).__name__} cannot be sent. Messages of symposia can.")
        await self._line.wait(PATIENCE)
        asked = asyncio.ensure_future(
            self.asking.ask(recipient, message, sender=sender, deadline=self.deadline)
        )
        if cancellation_token is not None:
            cancellation_token.link_future(asked)
        return (await asked).message()

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
        await self._line.wait(PATIENCE)
        header = Header(
            kind="post", id=message_id or token_hex(16), by=self.process, sender=str(sender) if sender else None
        )
        self._line.publish(self.topics.post(topic_id, self.user), packed(header, message))

    async def register_factory(
        self,
        type: str | AgentType,  # noqa: A002 - the protocol's name
        agent_factory: Callable[[], T | Awaitable[T]],
        *,
        expected_class: type[T] | None = None,
        pool: bool = False,
    ) -> AgentType:
        """Make agents of a type here, for everybody. In a `pool` any agent of the type will do for any message."""
        kind = await self.local.register_factory(type, agent_factory, expected_class=expected_class)
        if pool:
            self._pools[kind.type] = []
        await self._offer(kind.type, self.topics.shared(kind.type))
        return kind

    async def register_agent_instance(self, agent_instance: Agent, agent_id: AgentId) -> AgentId:
        """Have this agent here, for everybody."""
        await self.local.register_agent_instance(agent_instance, agent_id)
        await self._offer(str(agent_id), self.topics.only(agent_id))
        return agent_id

    async def get(
        self, id_or_type: AgentId | AgentType | str, /, key: str = "default", *, lazy: bool = True
    ) -> AgentId:
        """The id of an agent, wherever it is; unless `lazy`, it is made now."""
        name = id_or_type if isinstance(id_or_type, AgentId) else AgentId(str(getattr(id_or_type, "type", id_or_type)), key)
        if not lazy:
            await self.agent_metadata(name)
        return name

    async def try_get_underlying_agent_instance(self, id: AgentId, type: type[T] = Agent) -> T:  # type: ignore[assignment]  # noqa: A002 - as in the protocol
        """The agent itself, where it is in this process. Raises `UnknownName`."""
        return await self.local.try_get_underlying_agent_instance(id, type)

    async def agent_metadata(self, agent: AgentId) -> AgentMetadata:
        """The type, key and description of an agent, wherever it is."""
        if self._here(agent):
            return await self.local.agent_metadata(agent)
        found = (await self._asked(agent, "describe")).state()
        return AgentMetadata(type=agent.type, key=agent.key, description=str(found["description"]))

    async def agent_save_state(self, agent: AgentId) -> Mapping[str, Any]:
        """The state of an agent, wherever it is, between two messages."""
        if self._here(agent):
            return await self.local.agent_save_state(agent)
        state: Mapping[str, Any] = (await self._asked(agent, "save")).state()
        return state

    async def agent_load_state(self, agent: AgentId, state: Mapping[str, Any]) -> None:
        """Restore the state of an agent, wherever it is, between two messages."""
        if self._here(agent):
            await self.local.agent_load_state(agent, state)
        else:
            await self._asked(agent, "load", dict(state))

    async def save_state(self) -> Mapping[str, Any]:
        """The state of every agent of this process, by its id."""
        return await self.local.save_state()

    async def load_state(self, state: Mapping[str, Any]) -> None:
        """Restore the state of agents, wherever they are."""
        for name, own in state.items():
            await self.agent_load_state(AgentId.from_str(name), own)

    async def add_subscription(self, subscription: Subscription) -> None:
        """Have the messages to a topic delivered, from this process, to the agents that a subscription names."""
        self._subscriptions.add(subscription)
        await self._line.subscribe([self.topics.posts])

    async def remove_subscription(self, id: str) -> None:  # noqa: A002 - the protocol's name
        """Remove a subscription. Raises `UnknownName`."""
        self._subscriptions.remove(id)

    def add_message_serializer(self, serializer: MessageSerializer[Any] | Sequence[MessageSerializer[Any]]) -> None:
        """Do nothing: messages have a codec of their own."""

    async def close_instance(self, agent: AgentId) -> None:
        """Close and remove an agent of this process."""
        if self._here(agent):
            await self.local.close_instance(agent)

    def _here(self, agent: AgentId) -> bool:
        return agent.type in self._kinds or str(agent) in self._kinds

    async def _asked(self, agent: AgentId, what: str, state: Any = None) -> Frame:  # noqa: ANN401 - JSON
        await self._line.wait(PATIENCE)
        return await self.asking.ask(agent, None, what=what, state=state, deadline=self.deadline)

    async def _offer(self, kind: str, subscription: str) -> None:
        self._kinds[kind] = None
        await self._line.subscribe([self.topics.stop(kind.partition("/")[0])])
        await self._work.subscribe([subscription])
        if self._started:
            if len(self._kinds) == 1:
                self._work.start()
            await self._work.wait(PATIENCE)
        kinds = tuple(dict.fromkeys(kind.partition("/")[0] for kind in self._kinds))
        self._offered = self._offered.model_copy(update={"kinds": kinds})
        self._announce()

    def announce(self, models: Mapping[str, str]) -> None:
        """Tell everybody which models the agents of this process are, by their URL: the type of its agents."""
        self._offered = self._offered.model_copy(update={"models": dict(models)})
        self._announce()

    def _connected(self) -> None:
        self._announce()
        self.asking.connected()

    def _announce(self) -> None:
        if self._kinds:
            offered = self._offered.signed(self.process, self.address.key)
            offer = packed(Header(kind="post", id="offer", by=self.process), offered)
            self._line.publish(self.topics.offer(self.process), offer, retain=True)

    def _changed(self, process: str) -> None:
        if process not in self.offers.known:
            self.asking.gone(process)
        self.asking.gates.changed()

    def _arrived(self, arrived: Arrived) -> None:
        """Sort what came: a frame that is not one, or not its sender's, is dropped and counted."""
        try:
            place = self.topics.place(arrived.topic)
            if place.what == "offer":
                self.offers.heard(place, arrived.data)
                return
            frame = self._transfers.add(Frame.read(arrived.data))
            if frame is not None:
                if user_of(frame.header.by) != place.user:
                    raise BadMessage(f"{arrived.topic}: says that it is of {frame.header.by}.")
                self._sort(frame, place.what, arrived)
                return
        except SymposiaError:
            self.refused += 1
        arrived.done()

    def _sort(self, frame: Frame, what: str, arrived: Arrived) -> None:
        kind = frame.header.kind
        if kind == "ask":
            self.answering.asked(frame, arrived.done)
        elif kind == "cancel":
            self.answering.cancelled(frame.header.id, frame.header.by)
        elif kind == "post" and what == "post":
            self._post(frame, arrived.topic)
        elif what == "to":
            self.asking.received(frame)

    def _post(self, frame: Frame, topic: str) -> None:
        place = self.topics.place(topic)
        name = TopicId(place.kind, place.name)
        sender = AgentId.from_str(frame.header.sender) if frame.header.sender else None
        message = frame.message()
        for agent in self._subscriptions.listeners(name):
            if agent != sender:
                self._tasks = [task for task in self._tasks if not task.done()]
                self._tasks.append(asyncio.create_task(self._delivered(message, agent, sender)))

    async def _delivered(self, message: Message, agent: AgentId, sender: AgentId | None) -> None:
        try:
            await self.send_message(message, agent, sender=sender)
        except SymposiaError as error:
            self.local.failures.append(error)

    async def _answer(self, frame: Frame) -> bytes:
        """The reply to a request, as bytes."""
        header = frame.header
        agent = AgentId.from_str(header.to or "")
        if not self._here(agent):
            raise UnknownName("agent", str(agent), self._kinds)
        bound = agent.type not in self._pools
        told = Header(kind="reply", id=header.id, by=self.process, bound=bound)
        if header.what == "describe":
            return packed(told, state=dict(await self.local.agent_metadata(agent)))
        if header.what == "save":
            return packed(told, state=dict(await self.local.agent_save_state(agent)))
        if header.what == "load":
            await self.local.agent_load_state(agent, frame.state())
            return packed(told, state={})
        sender = AgentId.from_str(header.sender) if header.sender else None
        free = self._pools.get(agent.type)
        if free is None:
            reply = await self.local.send_message(frame.message(), agent, sender=sender)
        else:
            mine = AgentId(agent.type, free.pop() if free else token_hex(8))
            try:
                reply = await self.local.send_message(frame.message(), mine, sender=sender)
            finally:
                free.append(mine.key)
        if not isinstance(reply, Message):
            raise BadMessage(f"{agent}: replied a {type(reply).__name__}, which cannot be sent.")
        return packed(told, reply)
