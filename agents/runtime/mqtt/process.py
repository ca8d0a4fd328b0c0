"""A process at a broker: its two connections, what it asks and answers, and what it offers.

One connection is for replies and for what has to reach this process; the other takes requests from the queues, as many
at once as its window, so that neither keeps the other waiting.
"""

import asyncio
from collections.abc import Callable, Mapping
from secrets import token_hex
from socket import gethostname
from time import time
from typing import Final

from .... import __version__
from ...errors import BadMessage, ModelUnavailable, SymposiaError
from .address import BrokerAddress
from .answering import Answer, Answering, user_of
from .asking import Asking
from .connection import Arrived, Connection
from .frame import Frame, Header, packed
from .gates import Gates
from .offers import Offer, Offers
from .outbox import Outbox
from .topics import NOBODY_USER, Place, Topics
from .transfers import Transfers

WINDOW: Final = 32
"""The requests from the queue that a process works on at once."""

PATIENCE: Final = 30.0
"""The seconds that a message waits for the first connection."""

Post = Callable[[Place, Frame], None]
"""Called with a message to the subscribers of a topic."""

Connect = Callable[..., Connection]
"""Makes a connection, given what a `Connection` is."""


class Process:
    """A process, `USER/NAME`: it asks by `asking`, and answers by `answer`; `refused` counts what was no frame.

    >>> Process(BrokerAddress("localhost", 1883), "run", answer=None, post=None).name.startswith("anyone/run-")
    True
    """

    def __init__(  # noqa: PLR0913 - where it is, and what it does
        self,
        address: BrokerAddress,
        name: str,
        *,
        answer: Answer,
        post: Post,
        window: int = WINDOW,
        hedge: float | None = None,
        connect: Connect = Connection,
    ) -> None:
        self.address = address
        self.user = address.user or NOBODY_USER
        self.name = f"{self.user}/{name}-{token_hex(8)}"
        self.topics = Topics(address.site)
        self.offers = Offers(self._changed, address.key)
        self.refused = 0
        self._post = post
        self._transfers = Transfers()
        client = self.name.replace("/", "-")
        mine = (self.topics.inbox(self.name), self.topics.offers)
        will = self.topics.offer(self.name)
        self.line = connect(address, client, self._arrived, filters=mine, will=will, connected=self._connected)
        self.work = connect(address, f"{client}-work", self._arrived, window=window)
        self.outbox = Outbox(self.line.publish, self.topics, self.user)
        self.asking = Asking(self.name, self.outbox, Gates(self.offers.window), hedge=hedge)
        self.answering = Answering(self.name, self.outbox, answer)
        self._offer = Offer(window=window, host=gethostname(), version=__version__, began=time())
        self._running = False

    def start(self) -> None:
        """Begin to connect, in the running event loop."""
        self.line.start()
        self._running = True
        if self._offer.kinds:
            self.work.start()

    async def ready(self, seconds: float) -> None:
        """Wait until it is connected. Raises `ModelUnavailable`, `BadScenario` for a refused user."""
        await self.line.wait(seconds)
        if self._offer.kinds:
            await self.work.wait(seconds)

    async def stop(self, linger: float) -> None:
        """Stop: what is being worked on is finished, within so many seconds; what waits for others fails."""
        if not self._running:
            return
        self._running = False
        await self.work.stop()
        await self.answering.finish(linger)
        if self.line.publish(self.topics.offer(self.name), b"", retain=True):
            await asyncio.sleep(0.05)
        self.asking.stop(ModelUnavailable(f"{self.address.url}: this runtime was stopped."))
        await self.line.stop()

    async def take(self, kind: str, subscription: str) -> None:
        """Take requests to agents of a type from now on, and tell everybody."""
        first = not self._offer.kinds
        kinds = tuple(dict.fromkeys((*self._offer.kinds, kind)))
        self._offer = self._offer.model_copy(update={"kinds": kinds})
        await self.line.subscribe([self.topics.stop(kind)])
        await self.work.subscribe([subscription])
        if self._running:
            if first:
                self.work.start()
            await self.work.wait(PATIENCE)
        self._announce()

    def announce(self, models: Mapping[str, str]) -> None:
        """Tell everybody which models the agents of this process are, by their URL: the type of its agents."""
        self._offer = self._offer.model_copy(update={"models": dict(models)})
        self._announce()

    def _announce(self) -> None:
        if self._offer.kinds:
            offered = self._offer.signed(self.name, self.address.key)
            offer = packed(Header(kind="post", id="offer", by=self.name), offered)
            self.line.publish(self.topics.offer(self.name), offer, retain=True)

    def _connected(self) -> None:
        self._announce()
        self.asking.connected()

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
            elif (frame := self._transfers.add(Frame.read(arrived.data))) is not None:
                if user_of(frame.header.by) != place.user:
                    raise BadMessage(f"{arrived.topic}: says that it is of {frame.header.by}.")
                self._sort(frame, place, arrived)
                return
        except SymposiaError:
            self.refused += 1
        arrived.done()

    def _sort(self, frame: Frame, place: Place, arrived: Arrived) -> None:
        kind = frame.header.kind
        if kind == "ask" and place.what in ("ask", "to"):
            self.answering.asked(frame, arrived.done)
            return
        if kind == "cancel":
            self.answering.cancelled(frame.header.id, frame.header.by)
        elif kind == "post" and place.what == "post":
            self._post(place, frame)
        elif place.what == "to":
            self.asking.received(frame)
        arrived.done()
