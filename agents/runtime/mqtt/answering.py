"""The requests that a process answers: each once, however often it comes.

A request that comes again while it is worked on is worked on once; one that was answered gets the same bytes again. The
broker is told that a request is dealt with when its reply is on its way: until then it counts against the window, and
further requests go to others.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Final, NamedTuple, TypeAlias

from ...errors import AgentFailed, BadMessage, SymposiaError
from ...failure import Failure
from ..errors import described
from .frame import Frame, Header, packed
from .outbox import Outbox
from .transfers import FORGOTTEN, chunks

BUSY: Final = 1.0
"""The seconds between two times that a process says what it is working on."""

KEPT: Final = 600.0
"""The seconds for which a reply is kept, to be sent again: longer than anybody asks again."""

KEPT_BYTES: Final = 1 << 28
FETCHED: Final = 5.0
"""The seconds after which the rest of a large request is asked for again."""

AT_ONCE: Final = 500
"""The most requests that one message says are being worked on."""

MOST_CANCELLED: Final = 10_000

Key: TypeAlias = tuple[str, str]
"""A request: the process that asks, and its id."""

Answer = Callable[[Frame, str], Awaitable[bytes]]


class Replies:
    """Replies that were sent, for a while, and at most so many bytes of them; the oldest are forgotten first.

    >>> replies = Replies()
    >>> replies.add(("alice/run", "a-1"), b"four")
    >>> replies.get(("alice/run", "a-1"))
    b'four'
    """

    def __init__(self, most: int = KEPT_BYTES, seconds: float = KEPT) -> None:
        self.most, self.seconds = most, seconds
        self.bytes = 0
        self._kept: OrderedDict[Key, tuple[float, bytes]] = OrderedDict()

    def get(self, key: Key) -> bytes | None:
        """The reply to a request; None if there is none."""
        found = self._kept.get(key)
        return None if found is None else found[1]

    def add(self, key: Key, reply: bytes) -> None:
        """Keep a reply."""
        self._kept[key] = (monotonic(), reply)
        self.bytes += len(reply)
        oldest = monotonic() - self.seconds
        while len(self._kept) > 1 and (self.bytes > self.most or next(iter(self._kept.values()))[0] < oldest):
            self.bytes -= len(self._kept.popitem(last=False)[1][1])


class Fetching(NamedTuple):
    """A large request whose rest is asked for: since when, and when last, in monotonic seconds.

    >>> Fetching(None, print, 0.0, 5.0).asked
    5.0
    """

    frame: Frame
    done: Callable[[], None]
    began: float
    asked: float


class Answering:
    """Answers requests with `answer`, which returns a reply's bytes, and raises what the asker is to be told.

    `done` of a request is called once its reply is on its way. A request is its asker's own: another one under the same
    id is another request.

    >>> Answering("bob/worker", None, None).counts["answered"]
    0
    """

    def __init__(self, process: str, outbox: Outbox, answer: Answer) -> None:
        self.process = process
        self.counts = {"answered": 0, "came again": 0, "cancelled": 0}
        self._outbox, self._answer = outbox, answer
        self._replies = Replies()
        self._working: dict[Key, asyncio.Task[None]] = {}
        self._fetching: dict[Key, Fetching] = {}
        self._cancelled: OrderedDict[Key, None] = OrderedDict()
        self._telling: asyncio.Task[None] | None = None

    def asked(self, frame: Frame, done: Callable[[], None] = lambda: None) -> None:
        """Answer a request, unless it was answered, or is being answered."""
        header = frame.header
        key = header.by, header.id
        reply = self._replies.get(key)
        if reply is not None or key in self._working or key in self._cancelled:
            self.counts["came again"] += 1
            if reply is not None:
                self._send(key, reply)
            done()
        elif header.bytes and not header.size:
            self._fetch(frame, done)
        else:
            waiting = self._fetching.pop(key, None)
            self._working[key] = asyncio.create_task(self._work(frame, done if waiting is None else waiting.done))
            self._tell()

    def cancelled(self, name: str, by: str) -> None:
        """Stop working on a request of its asker's, or do not begin with it."""
        self.counts["cancelled"] += 1
        key = by, name
        self._cancelled[key] = None
        while len(self._cancelled) > MOST_CANCELLED:
            self._cancelled.popitem(last=False)
        waiting, task = self._fetching.pop(key, None), self._working.get(key)
        if waiting is not None:
            waiting.done()
        if task is not None:
            task.cancel()

    async def finish(self, seconds: float) -> None:
        """Wait so long for what is being worked on, and cancel the rest."""
        tasks = list(self._working.values())
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
            self._working.pop((header.by, header.id), None)
        if reply is not None:
            self.counts["answered"] += 1
            self._replies.add((header.by, header.id), reply)
            self._send((header.by, header.id), reply)
        done()

    def _failed(self, header: Header, error: SymposiaError) -> bytes:
        told = Header(kind="failure", id=header.id, by=self.process)
        try:
            return packed(told, Failure.of(error))
        except BadMessage:
            return packed(told, Failure(kind="AgentFailed", text=f"{header.to}: failed with an unreadable message."))

    def _send(self, key: Key, reply: bytes) -> None:
        asker, name = key
        for piece in chunks(reply, name, self.process):
            self._outbox.to_process(asker, piece)

    def _fetch(self, frame: Frame, done: Callable[[], None]) -> None:
        """Ask for the rest of a request, now and every few seconds."""
        header, now = frame.header, monotonic()
        key = header.by, header.id
        if key in self._fetching:
            done()
        else:
            self._fetching[key] = Fetching(frame, done, now, now)
        fetch = Header(kind="fetch", id=header.id, by=self.process, attempt=header.attempt)
        self._outbox.to_process(header.by, packed(fetch))
        self._tell()

    def _fetch_again(self) -> None:
        """Ask again for what did not come, and give up what its asker does not send."""
        now = monotonic()
        for key, one in list(self._fetching.items()):
            if now - one.began > FORGOTTEN:
                self._fetching.pop(key).done()
            elif now - one.asked > FETCHED:
                self._fetching[key] = one._replace(asked=now)
                self._fetch(one.frame, lambda: None)

    def _tell(self) -> None:
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._busy())

    async def _busy(self) -> None:
        """Tell the askers, every second, what is being worked on."""
        while self._working or self._fetching:
            await asyncio.sleep(BUSY)
            self._fetch_again()
            by_asker: dict[str, list[str]] = {}
            for asker, name in (*self._working, *self._fetching):
                by_asker.setdefault(asker, []).append(name)
            for asker, names in by_asker.items():
                for first in range(0, len(names), AT_ONCE):
                    ids = tuple(names[first : first + AT_ONCE])
                    self._outbox.to_process(asker, packed(Header(kind="busy", id="", by=self.process, ids=ids)))


def user_of(process: str) -> str:
    """The user whose process this is."""
    return process.partition("/")[0]
