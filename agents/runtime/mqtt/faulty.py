"""A connection with faults: what it sends, and what it receives, is lost, late, doubled, changed or out of order."""

import asyncio
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any, Final, TypeAlias

from ...faults import Faults
from ...seeds import derive
from .connection import Arrived, Connection

Deliver: TypeAlias = Callable[[bytes], object]

HELD: Final = 0.2
"""The seconds after which a message that was to be overtaken goes on, whether another came or not."""


class Channel:
    """One direction of a connection: each message is handed on never, once or twice, now or later.

    `counts` says how often each fault was drawn.

    >>> heard = []
    >>> Channel(Faults(duplicate=0.999999), seed=7).pass_on(b"SYM2", heard.append)
    >>> heard
    [b'SYM2', b'SYM2']
    """

    def __init__(self, faults: Faults, seed: int) -> None:
        self.faults = faults
        self.counts: Counter[str] = Counter()
        self._random = Random(seed)
        self._held: list[Callable[[], None]] = []

    def pass_on(self, data: bytes, deliver: Deliver) -> None:
        """Hand a message on to `deliver`, by the faults that are drawn for it."""
        if self._drawn("drop"):
            return
        if self._drawn("corrupt"):
            data = self._corrupted(data)

        times = 2 if self._drawn("duplicate") else 1

        def go() -> None:
            for _ in range(times):
                deliver(data)

        if self._drawn("delay"):
            asyncio.get_running_loop().call_later(self.faults.seconds * self._random.random(), go)
        elif self._drawn("reorder"):
            self._held.append(go)
            asyncio.get_running_loop().call_later(HELD, self._release)
        else:
            go()
            self._release()

    def _release(self) -> None:
        held, self._held = self._held, []
        for go in held:
            go()

    def _drawn(self, name: str) -> bool:
        found = bool(self._random.random() < getattr(self.faults, name))
        self.counts[name] += found
        return found

    def _corrupted(self, data: bytes) -> bytes:
        if not data:
            return data
        place = self._random.randrange(len(data))
        return data[:place] + bytes([data[place] ^ (1 << self._random.randrange(8))]) + data[place + 1 :]


class FaultyConnection(Connection):
    """A `Connection` with a faulty channel in each direction, drawn by a seed and the connection's place.

    The broker takes a lost message for dealt with: it is the sender who has to send it again.

    >>> from .address import BrokerAddress
    >>> FaultyConnection(BrokerAddress("localhost", 1883), "alice-1", print, faults=Faults(drop=0.1), seed=7).up
    False
    """

    def __init__(self, *given: Any, faults: Faults, seed: int, **told: Any) -> None:  # noqa: ANN401 - a connection's
        super().__init__(*given, **told)
        side = "work" if self._window is not None else "line"
        self.out, self.back = (Channel(faults, derive(seed, "fault", side, way)) for way in ("out", "back"))
        receive, self._receive = self._receive, self._faulty
        self._deliver = receive

    def publish(self, topic: str, data: bytes, **told: Any) -> bool:  # noqa: ANN401 - a message's properties
        """Send bytes to a topic, or not; False where there is no connection."""
        if not self.up:
            return False
        self.out.pass_on(data, lambda given: super(FaultyConnection, self).publish(topic, given, **told))
        return True

    def _faulty(self, arrived: Arrived) -> None:
        came: list[bytes] = []

        def deliver(data: bytes) -> None:
            came.append(data)
            self._deliver(arrived._replace(data=data) if len(came) == 1 else Arrived(arrived.topic, data, _nothing))

        before = self.back.counts["drop"]
        self.back.pass_on(arrived.data, deliver)
        if self.back.counts["drop"] > before:
            arrived.done()


def _nothing() -> None:
    pass
