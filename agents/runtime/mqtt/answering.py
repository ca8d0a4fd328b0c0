"""The requests that a process answers: each once, however often it comes.

A request that comes again while it is worked on is worked on once; one that was answered gets the same bytes again. The
broker is told that a request is dealt with when its reply is on its way: until then it counts against the window, and
further requests go to others.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from time import monotonic
from typing import Final

from ...errors import AgentFailed, BadMessage, SymposiaError
from ...failure import Failure
from ..errors import described
from .frame import Frame, Header, packed
from .outbox import Outbox
from .transfers import chunks

BUSY: Final = 1.0
"""The seconds between two times that a process says what it is working on."""

KEPT: Final = 600.0
"""The seconds for which a reply is kept, to be sent again: longer than anybody asks again."""

KEPT_BYTES: Final = 1 << 28
FETCHED: Final = 5.0
"""The seconds after which the rest of a large request is asked for again."""

Answer = Callable[[Frame, str], Awaitable[bytes]]


class Replies:
    """Replies that were sent, for a while, and at most so many bytes of them; the oldest are forgotten first.

    >>> replies = Replies()
    >>> replies.add("a-1", b"four")
    >>> replies.get("a-1")
    b'four'
    """

    def __init__(self, most: int = KEPT_BYTES, seconds: float = KEPT) -> None:
        self.most, self.seconds = most, seconds
        self.bytes = 0
        self._kept: OrderedDict[str, tuple[float, bytes]] = OrderedDict()

    def get(self, name: str) -> bytes | None:
        """The reply to a request; None if there is none."""
        found = self._kept.get(name)
        return None if found is None else found[1]

    def add(self, name: str, reply: bytes) -> None:
        """Keep a reply."""
        self._kept[name] = (monotonic(), reply)
        self.bytes += len(reply)
        oldest = monotonic() - self.seconds
        while len(self._kept) > 1 and (self.bytes > self.most or next(iter(self._kept.values()))[0] < oldest):
            self.bytes -= len(self._kept.popitem(last=False)[1][1])


class Answering:
    """Answers requests with `answer`, which returns a reply's bytes, and raises what the asker is to be told.

    `done` of a request is called once its reply is on its way.
    """

    def __init__(self, process: str, outbox: Outbox, answer: Answer) -> None:
        self.process = process
        self.counts = {"answered": 0, "came again": 0, "cancelled": 0}
        self._outbox, self._answer = outbox, answer
        self._replies = Replies()
        self._working: dict[str, tuple[str, asyncio.Task[None]]] = {}
        self._fetching: dict[str, tuple[Frame, Callable[[], None], float]] = {}
        self._cancelled: OrderedDict[str, None] = OrderedDict()
        self._telling: asyncio.Task[None] | None = None

    def asked(self, frame: Frame, done: Callable[[], None] = lambda: None) -> None:
        """Answer a request, unless it was answered, or is being answered."""
        header = frame.header
        reply = self._replies.get(header.id)
        if reply is not None or header.id in self._working or header.id in self._cancelled:
            self.counts["came again"] += 1
            if reply is not None:
                self._send(header.by, header.id, reply)
            done()
        elif header.bytes and not header.size:
            self._fetch(frame, done)
        else:
            waiting = self._fetching.pop(header.id, None)
            task = asyncio.create_task(self._work(frame, done if waiting is None else waiting[1]))
            self._working[header.id] = (header.by, task)
            self._tell()

    def cancelled(self, name: str, by: str) -> None:
        """Stop working on a request, or do not begin with it, for its asker's user alone."""
        self.counts["cancelled"] += 1
        asker, task = self._working.get(name, (by, None))
        if user_of(asker) != user_of(by):
            return
        self._cancelled[name] = None
        while len(self._cancelled) > 10_000:
            self._cancelled.popitem(last=False)
        _, done, _ = self._fetching.pop(name, (None, None, None))
        if done is not None:
            done()
        if task is not None:
            task.cancel()

    async def finish(self, seconds: float) -> None:
        """Wait so long for what is being worked on, and cancel the rest."""
        tasks = [task for _, task in self._working.values()]
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)
        for task in tasks:
            task.cancel()
        if self._telling is not None:
            self._telling.cancel()

    async def _work(self, frame: Frame, done: Callable[[], None]) -> None:
        header = frame.header
        try:
            async with asyncio.timeout(header.left):
                reply = await self._answer(frame, self.process)
        except asyncio.CancelledError:
            reply = None
        except TimeoutError:
            reply = None  # its asker has given up
        except SymposiaError as error:
            reply = self._failed(header, error)
        except Exception as error:  # noqa: BLE001 - the asker is told
            reply = self._failed(header, AgentFailed(f"{header.to}: {described(error)}"))
        finally:
            self._working.pop(header.id, None)
        if reply is not None:
            self.counts["answered"] += 1
            self._replies.add(header.id, reply)
            self._send(header.by, header.id, reply)
        done()

    def _failed(self, header: Header, error: SymposiaError) -> bytes:
        told = Header(kind="failure", id=header.id, by=self.process)
        try:
            return packed(told, Failure.of(error))
        except BadMessage:
            return packed(told, Failure(kind="AgentFailed", text=f"{header.to}: failed with an unreadable message."))

    def _send(self, asker: str, name: str, reply: bytes) -> None:
        for piece in chunks(reply, name, self.process):
            self._outbox.to_process(asker, piece)

    def _fetch(self, frame: Frame, done: Callable[[], None]) -> None:
        header = frame.header
        if header.id not in self._fetching:
            self._fetching[header.id] = (frame, done, monotonic())
        else:
            done()
        self._outbox.to_process(header.by, self._fetched(header))
        self._tell()

    def _fetched(self, header: Header) -> bytes:
        return packed(Header(kind="fetch", id=header.id, by=self.process, attempt=header.attempt))

    def _tell(self) -> None:
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._busy())

    async def _busy(self) -> None:
        """Tell the askers, every second, what is being worked on."""
        while self._working or self._fetching:
            await asyncio.sleep(BUSY)
            by_asker: dict[str, list[str]] = {}
            for name, (asker, _) in self._working.items():
                by_asker.setdefault(asker, []).append(name)
            for name, (frame, done, since) in list(self._fetching.items()):
                by_asker.setdefault(frame.header.by, []).append(name)
                if monotonic() - since > FETCHED:
                    self._fetching[name] = (frame, done, monotonic())
                    self._outbox.to_process(frame.header.by, self._fetched(frame.header))
            for asker, names in by_asker.items():
                for first in range(0, len(names), 500):
                    ids = tuple(names[first : first + 500])
                    with suppress(BadMessage):
                        self._outbox.to_process(asker, packed(Header(kind="busy", id="", by=self.process, ids=ids)))


def user_of(process: str) -> str:
    """The user whose process this is."""
    return process.partition("/")[0]
