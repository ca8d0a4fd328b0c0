"""One connection to a broker, which is made again whenever it is lost.

aiomqtt waits for the broker after each message and hides what it said; here a message is on its way as soon as it is
published, and what the broker refuses is told to whoever published it. Nothing is kept over a lost connection: what
was not answered is asked again by whoever asked.
"""

import asyncio
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from random import uniform
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ...errors import BadScenario, MissingCapability, ModelUnavailable
from .address import BrokerAddress

if TYPE_CHECKING:
    from aiomqtt import Client

QOS: Final = 1
KEEPALIVE: Final = 10
"""The seconds after which the broker notices a silent client, one and a half times over."""

REFUSED: Final = frozenset({"Not authorized", "Bad user name or password", "Banned", "Client identifier not valid"})
NOBODY: Final = 16
"""The broker's reason code for a message that nobody has subscribed to."""

NOT_ALLOWED: Final = 135


class Arrived(NamedTuple):
    """A message as it came: its topic, its bytes, and the call that tells the broker that it is dealt with.

    >>> Arrived("symposia/to/a", b"SYM1", lambda: None).topic
    'symposia/to/a'
    """

    topic: str
    data: bytes
    done: Callable[[], None]


class Will(NamedTuple):
    """What the broker publishes when a connection is lost: an empty retained message at a topic.

    >>> Will("symposia/offer/worker-1").topic
    'symposia/offer/worker-1'
    """

    topic: str


class Connection:
    """A connection under a name of its own, with its subscriptions.

    `receive` is called with each message, in order. With `window` the broker has at most so many messages under way
    that were not said to be `done`: more of them go to others, or wait. `connected` is called after each connection.

    >>> Connection(BrokerAddress("localhost", 1883), "alice-1", print).up
    False
    """

    def __init__(  # noqa: PLR0913 - who connects to what, and what it is told
        self,
        address: BrokerAddress,
        name: str,
        receive: Callable[[Arrived], None],
        *,
        window: int | None = None,
        will: Will | None = None,
        connected: Callable[[], None] = lambda: None,
    ) -> None:
        self.address = address
        self.name = name
        self._receive, self._connected = receive, connected
        self._window, self._will = window, will
        self._filters: dict[str, None] = {}
        self._client: Client | None = None
        self._task: asyncio.Task[None] | None = None
        self._changed: asyncio.Event | None = None
        self._refused: dict[int, Callable[[int], None]] = {}
        self.failed: Exception | None = None
        self.reconnections = 0

    @property
    def up(self) -> bool:
        """True while it is connected, with all its subscriptions."""
        return self._changed is not None and self._changed.is_set()

    def start(self) -> None:
        """Begin to connect, in the running event loop. Raises `MissingCapability` without aiomqtt."""
        try:
            import aiomqtt  # noqa: F401 - an optional library
        except ImportError:
            raise MissingCapability("mqtt: aiomqtt is not installed. pip install 'symposia[mqtt]' installs it.") from None
        self._changed = asyncio.Event()
        self._task = asyncio.create_task(self._run(), name=f"mqtt {self.name}")

    async def stop(self) -> None:
        """Disconnect."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        if self._changed is not None:
            self._changed.clear()

    async def wait(self, seconds: float | None = None) -> None:
        """Wait until it is connected. Raises `ModelUnavailable` where the broker refuses, or was not there in time."""
        if self._changed is None or self._task is None:
            raise ModelUnavailable(f"{self.address.url}: this connection was not started.")
        until = None if seconds is None else monotonic() + seconds
        while not (self.up or self._task.done()) and (until is None or monotonic() < until):
            waiting = asyncio.ensure_future(self._changed.wait())
            left = None if until is None else until - monotonic()
            await asyncio.wait({waiting, self._task}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
        if self._task.done() and not self._task.cancelled() and (error := self._task.exception()):
            raise error
        if not self.up:
            said = f" ({self.failed})" if self.failed else ""
            raise ModelUnavailable(f"{self.address.url}: cannot be reached{said}. Start a broker there, or name another.")

    async def subscribe(self, filters: Iterable[str]) -> None:
        """Subscribe to topics, now if it is connected and after each connection. Raises `ModelUnavailable`."""
        new = [one for one in filters if one not in self._filters]
        self._filters.update(dict.fromkeys(new))
        if new and self._client is not None and self.up:
            await self._subscribe(self._client, new)

    async def unsubscribe(self, filters: Iterable[str]) -> None:
        """Subscribe to these no more."""
        old = [one for one in filters if self._filters.pop(one, self) is None]
        if old and self._client is not None and self.up:
            await self._client.unsubscribe(old)

    def publish(  # noqa: PLR0913 - a message's properties
        self,
        topic: str,
        data: bytes,
        *,
        retain: bool = False,
        seconds: float | None = None,
        qos: int = QOS,
        refused: Callable[[int], None] | None = None,
    ) -> bool:
        """Send bytes to a topic; False where there is no connection.

        The broker forgets them after `seconds`. `refused` is called with its reason code where it does not pass them
        on to anybody.
        """
        if self._client is None or not self.up:
            return False
        properties = None
        if seconds is not None:
            properties = _properties("PUBLISH", MessageExpiryInterval=max(1, min(int(seconds) + 1, 0xFFFFFFFF)))
        info = self._client._client.publish(topic, data, qos, retain, properties)  # noqa: SLF001 - see above
        if refused is not None and qos and info.rc == 0:
            self._refused[info.mid] = refused
        return bool(info.rc == 0)

    async def _run(self) -> None:
        from aiomqtt import MqttError

        while True:
            try:
                await self._session()
            except MqttError as error:
                self.failed = error
                if any(word in str(error) for word in REFUSED):
                    raise BadScenario(
                        f"{self.address.url}: {error}. Check the user and SYMPOSIA_MQTT_PASSWORD."
                    ) from None
            finally:
                if self._changed is not None:
                    self._changed.clear()
                self._client = None
                self._refused.clear()
            self.reconnections += 1
            await asyncio.sleep(uniform(0.05, 0.3) * min(self.reconnections, 8))  # noqa: S311 - to spread, not to hide

    async def _session(self) -> None:
        async with self._made() as client:
            self._client = client
            if self._window is not None:
                client._client.manual_ack_set(True)  # noqa: SLF001 - aiomqtt acknowledges what was not handled yet
            if self._filters:
                await self._subscribe(client, list(self._filters))
            assert self._changed is not None  # noqa: S101 - set by start
            self._changed.set()
            self.failed = None
            self._connected()
            acknowledge = client._client.ack  # noqa: SLF001
            async for message in client.messages:
                data = message.payload if isinstance(message.payload, bytes) else b""

                def done(mid: int = message.mid, qos: int = message.qos) -> None:
                    if self._window is not None and self._client is client:
                        acknowledge(mid, qos)

                self._receive(Arrived(str(message.topic), data, done))

    def _made(self) -> "Client":
        from aiomqtt import Client, ProtocolVersion
        from aiomqtt import Will as LastWill

        address = self.address
        client = Client(
            address.host,
            address.port,
            username=address.user,
            password=address.password,
            identifier=self.name,
            protocol=ProtocolVersion.V5,
            will=LastWill(self._will.topic, b"", QOS, retain=True) if self._will else None,
            clean_start=True,
            keepalive=KEEPALIVE,
            tls_context=address.tls(),
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
            properties=_properties("CONNECT", ReceiveMaximum=self._window) if self._window else None,
        )
        client.pending_calls_threshold = 1 << 30
        published = client._client.on_publish  # noqa: SLF001 - aiomqtt hides the broker's reason

        def on_publish(paho: Any, data: Any, mid: int, reason: Any, properties: Any) -> None:  # noqa: ANN401 - paho's
            published(paho, data, mid, reason, properties)
            told = self._refused.pop(mid, None)
            if told is not None and reason.value:
                told(reason.value)

        client._client.on_publish = on_publish  # noqa: SLF001
        return client

    async def _subscribe(self, client: "Client", filters: list[str]) -> None:
        granted = await client.subscribe([(one, QOS) for one in filters])
        refused = [
            one for one, code in zip(filters, granted, strict=True) if getattr(code, "value", code) not in (0, 1, 2)
        ]
        if refused:
            raise ModelUnavailable(
                f"{self.address.url}: {self.address.user or 'this client'} may not subscribe to {', '.join(refused)}. "
                "Ask whoever keeps the broker."
            )


def _properties(packet: str, **values: int) -> Any:  # noqa: ANN401 - paho's
    from paho.mqtt.packettypes import PacketTypes
    from paho.mqtt.properties import Properties

    found = Properties(getattr(PacketTypes, packet))
    for name, value in values.items():
        setattr(found, name, value)
    return found
