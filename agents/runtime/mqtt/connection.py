"""One connection to a broker, which is made again whenever it is lost.

aiomqtt waits for the broker after each message and hides what it said; here a message is on its way as soon as it is
published, and what the broker refuses is told to whoever published it. Nothing is kept over a lost connection: what
was not answered is asked again by whoever asked.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from random import uniform
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ...errors import BadScenario, MissingCapability, ModelUnavailable
from .address import BrokerAddress
from .client import QOS, client, properties, subscribe

if TYPE_CHECKING:
    from aiomqtt import Client

REFUSED: Final = frozenset({"Not authorized", "Bad user name or password", "Banned", "Client identifier not valid"})


class Arrived(NamedTuple):
    """A message as it came: its topic, its bytes, and the call that tells the broker that it is dealt with.

    >>> Arrived("symposia/to/a", b"SYM2", lambda: None).topic
    'symposia/to/a'
    """

    topic: str
    data: bytes
    done: Callable[[], None]


class Connection:
    """A connection under a name of its own, with its subscriptions.

    `receive` is called with each message at the topics of `filters`, in order. With `window` the broker has at most so
    many messages under way that were not said to be `done`: more of them go to others, or wait. `connected` is called
    after each connection; where one is lost, the broker publishes an empty retained message at the topic `will`.

    >>> Connection(BrokerAddress("localhost", 1883), "alice-1", print).up
    False
    """

    def __init__(  # noqa: PLR0913 - who connects to what, and what it is told
        self,
        address: BrokerAddress,
        name: str,
        receive: Callable[[Arrived], None],
        *,
        filters: Iterable[str] = (),
        window: int | None = None,
        will: str | None = None,
        connected: Callable[[], None] = lambda: None,
    ) -> None:
        self.address = address
        self.name = name
        self._receive, self._connected = receive, connected
        self._window, self._will = window, will
        self._filters = dict.fromkeys(filters)
        self._client: Client | None = None
        self._task: asyncio.Task[None] | None = None
        self._changed: asyncio.Event | None = None
        self._refused: dict[int, Callable[[int], None]] = {}
        self._early: list[Arrived] = []
        self.failed: Exception | None = None
        self._tries = 0

    @property
    def up(self) -> bool:
        """True while it is connected, with all its subscriptions."""
        return self._changed is not None and self._changed.is_set()

    def start(self) -> None:
        """Begin to connect, in the running event loop. Raises `MissingCapability` without aiomqtt."""
        try:
            import aiomqtt  # noqa: F401 - an optional library
        except ImportError:
            raise MissingCapability(
                "mqtt: aiomqtt is not installed. pip install 'symposia[mqtt]' installs it."
            ) from None
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
            raise ModelUnavailable(
                f"{self.address.url}: cannot be reached{said}. Start a broker there, or name another."
            )

    async def subscribe(self, filters: Iterable[str]) -> None:
        """Subscribe to topics, now if it is connected and after each connection. Raises `ModelUnavailable`."""
        new = [one for one in filters if one not in self._filters]
        self._filters.update(dict.fromkeys(new))
        if new and self._client is not None and self.up:
            await subscribe(self._client, new, self.address)

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
        expires = None if seconds is None else max(1, min(int(seconds) + 1, 0xFFFFFFFF))
        about = None if expires is None else properties("PUBLISH", MessageExpiryInterval=expires)
        info = self._client._client.publish(topic, data, qos, retain, about)
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
            self._tries += 1
            await asyncio.sleep(uniform(0.05, 0.3) * min(self._tries, 8))

    async def _session(self) -> None:
        from aiomqtt import MqttError

        made = client(self.address, self.name, self._came, self._told, window=self._window, will=self._will)
        self._early.clear()
        try:
            async with made:
                self._client = made
                if self._filters:
                    await subscribe(made, list(self._filters), self.address)
                assert self._changed is not None
                self._changed.set()
                self.failed, self._tries = None, 0
                self._connected()
                early, self._early = self._early, []
                for arrived in early:
                    self._receive(arrived)
                await asyncio.wait([made._disconnected])
                raise MqttError("the connection was lost") from made._disconnected.exception()
        finally:
            if made._disconnected.done() and not made._disconnected.cancelled():
                made._disconnected.exception()  # marks it as retrieved, so that asyncio does not log it

    def _came(self, message: Any) -> None:  # noqa: ANN401 - paho's
        """Hand a message on; one that comes before the connection is up waits until it is."""
        of = self._client

        def done() -> None:
            if self._window is not None and of is not None and self._client is of:
                of._client.ack(message.mid, message.qos)

        arrived = Arrived(message.topic, message.payload, done)
        if self.up:
            self._receive(arrived)
        else:
            self._early.append(arrived)

    def _told(self, number: int, reason: int) -> None:
        """Tell whoever published a message that the broker passed it on to nobody."""
        refused = self._refused.pop(number, None)
        if refused is not None and reason:
            refused(reason)
