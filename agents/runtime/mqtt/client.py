"""The client of aiomqtt behind a connection: MQTT 5, sent at once, with what the broker says of each message."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, cast

from ...errors import ModelUnavailable
from .address import BrokerAddress

if TYPE_CHECKING:
    from aiomqtt import Client

QOS: Final = 1
KEEPALIVE: Final = 10
"""The seconds after which the broker notices a silent client, one and a half times over."""

NOBODY: Final = 16
"""The broker's reason code for a message that nobody has subscribed to."""

NOT_ALLOWED: Final = 135

Told = Callable[[int, int], None]
"""Called with the number of a message and the reason code of the broker's acknowledgement."""

Received = Callable[[Any], None]
"""Called with a message of paho's: its topic, payload, number and QoS."""


def client(  # noqa: PLR0913 - an address, a name, and what is done with what comes
    address: BrokerAddress, name: str, received: Received, told: Told, *, window: int | None, will: str | None
) -> "Client":
    """A client that is not connected yet. Its last `will` is an empty retained message at a topic.

    What it receives is handed on as it comes: aiomqtt's own queue costs a task for each message.
    """
    from aiomqtt import Client, ProtocolVersion, Will

    made = Client(
        address.host,
        address.port,
        username=address.user,
        password=address.password,
        identifier=name,
        protocol=ProtocolVersion.V5,
        will=Will(will, b"", QOS, retain=True) if will else None,
        clean_start=True,
        keepalive=KEEPALIVE,
        tls_context=address.tls(),
        socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
        properties=properties("CONNECT", ReceiveMaximum=window) if window else None,
    )
    made.pending_calls_threshold = 1 << 30
    made._loop = cast(asyncio.AbstractEventLoop, Forgiving(made._loop))
    paho: Any = made._client
    published = paho.on_publish

    def on_publish(of: Any, data: Any, mid: int, reason: Any, about: Any) -> None:  # noqa: ANN401 - paho's
        published(of, data, mid, reason, about)
        told(mid, int(reason.value))

    paho.on_publish = on_publish
    paho.on_message = lambda of, data, message: received(message)
    if window is not None:
        paho.manual_ack_set(True)
    return made


async def subscribe(made: "Client", filters: list[str], address: BrokerAddress) -> None:
    """Subscribe to topics. Raises `ModelUnavailable` for those that the broker does not grant."""
    granted = await made.subscribe([(one, QOS) for one in filters])
    refused = [one for one, code in zip(filters, granted, strict=True) if getattr(code, "value", code) not in (0, 1, 2)]
    if refused:
        raise ModelUnavailable(
            f"{address.url}: {address.user or 'this client'} may not subscribe to {', '.join(refused)}. "
            "Ask whoever keeps the broker."
        )


class Forgiving:
    """An event loop that says nothing of a socket that was closed in the meantime: a lost connection is made again.

    aiomqtt asks for it in a callback, whose error nobody could catch.

    >>> loop = asyncio.new_event_loop()
    >>> Forgiving(loop).add_writer(-1, print)
    >>> loop.close()
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._own = loop

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any of the loop's
        return getattr(self._own, name)

    def add_writer(self, descriptor: int, callback: Callable[[], object]) -> None:
        """Have a callback called when a socket can be written to, unless it is closed."""
        with suppress(OSError, ValueError):
            self._own.add_writer(descriptor, callback)


def properties(packet: str, **values: int) -> Any:  # noqa: ANN401 - paho's
    """The properties of a packet of this type."""
    from paho.mqtt.packettypes import PacketTypes
    from paho.mqtt.properties import Properties

    found: Any = Properties(getattr(PacketTypes, packet))  # type: ignore[no-untyped-call]
    for name, value in values.items():
        setattr(found, name, value)
    return found
