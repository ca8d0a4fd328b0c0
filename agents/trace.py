"""The trace: every message delivered in a run, in order; a run can be replayed from it alone.

A trace file is JSON lines: a header, then one event a line. Each line ends with a check, a hash over the
line and the check before it, so a file that was edited, cut in the middle or reordered is found out and
the event is named. Large texts and images are kept once each, in a folder of blobs beside the file.
"""

from collections import OrderedDict
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import Final

from pydantic_core import to_json

from .blobs import Blobs
from .codec import encode
from .durable import AppendedFile, replace
from .errors import BadTrace
from .event import CONDUCTOR, Event
from .message import Message
from .trace_index import TraceIndex
from .trace_reader import BLOBS, check_of

SCHEMA: Final = 2


LINE: Final = b'{"seq":%d,"cause":%b,"question":%b,"sender":%b,"to":%b,"turn":%d,"seconds":%b,"message":%b}'
REMEMBERED: Final = 64
"""The number of messages whose JSON is cached: an answer is delivered to every listener."""

quoted = lru_cache(1024)(to_json)
"""A name as a JSON string, in UTF-8."""


class Trace:
    """An append-only log. Without a path it stays in memory; with one it is kept on disk only.

    A reply is on disk before whoever asked for it sees it, so a run that is killed has lost no answer. `known` is the
    index of a file that is gone on with, if it was read already.

    >>> from symposia.agents import Ask
    >>> trace = Trace()
    >>> print(trace.add(None, "q", (CONDUCTOR, "amber"), 0, Ask(text="2 + 2?")))
    event 0 (conductor -> amber)
    """

    def __init__(self, path: Path | None = None, *, run: str = "", known: TraceIndex | None = None) -> None:
        self.events: list[Event] = []
        self._path = path
        self._began = monotonic()
        self._count = 0
        self._file: AppendedFile | None = None
        self._check = ""
        self._blobs: Blobs | None = None
        self._written: OrderedDict[int, tuple[Message, bytes]] = OrderedDict()
        if path is not None:
            self._blobs = Blobs(path.parent / BLOBS)
            if known is None and path.exists():
                known = TraceIndex(path, cut=True)
            self._open(path, run, self._blobs, known)

    def _open(self, path: Path, run: str, blobs: Blobs, known: TraceIndex | None) -> None:
        """Create the file, or append to that of a stopped run. Raises `BadTrace` for another scenario's."""
        if known and known.header["run"] != run:
            raise BadTrace(f"{path}: is the trace of another scenario. Give this run another directory.")
        if known:
            self._count, self._began = known.end.events, self._began - known.end.seconds
        if known and known.header["trace"] == SCHEMA:
            self._check = known.end.check
        else:  # new, or of an older schema
            bodies = [to_json({"trace": SCHEMA, "run": run}), *map(self._line, known or ())]
            replace(path, b"".join(map(self._checked, bodies)))
        self._file = AppendedFile(path, blobs.sync)

    def __len__(self) -> int:
        return self._count

    def add(self, cause: int | None, question: str, route: tuple[str, str], turn: int, message: Message) -> Event:
        """Append a delivery along `route`, the sender and the receiver; returns its event.

        Raises `BadMessage` for a message that could not be read back, which is not appended, and `CannotWrite`.
        """
        event = Event(self._count, cause, question, *route, turn, message, round(monotonic() - self._began, 6))
        if self._file is None:
            self.events.append(event)
        else:
            self._file.write(self._checked(self._line(event)))
            if event.to == CONDUCTOR:
                self._file.flush()
        self._count += 1
        return event

    def of(self, questions: Collection[str]) -> dict[str, list[Event]]:
        """The events so far at each of these questions, in order."""
        if self._path is None:
            return {name: [event for event in self.events if event.question == name] for name in questions}
        self.flush()
        index = TraceIndex(self._path)
        return {name: list(index.of(name)) for name in questions}

    def flush(self) -> None:
        """Flush written lines to the operating system."""
        if self._file is not None:
            self._file.flush()

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def _line(self, event: Event) -> bytes:
        """An event as a line of the file, without its check."""
        return LINE % (
            event.seq,
            b"null" if event.cause is None else b"%d" % event.cause,
            quoted(event.question),
            quoted(event.sender),
            quoted(event.to),
            event.turn,
            to_json(event.seconds),
            self._json(event.message),
        )

    def _json(self, message: Message) -> bytes:
        known = self._written.get(id(message))
        if known is not None:
            return known[1]
        text = to_json(encode(message, self._blobs))
        self._written[id(message)] = message, text  # the message too: its id must not pass to another one
        if len(self._written) > REMEMBERED:
            self._written.popitem(last=False)
        return text

    def _checked(self, body: bytes) -> bytes:
        """The line with its check, which the next line's check follows on."""
        self._check = check_of(self._check, body)
        return b'%b,"check":"%b"}\n' % (body[:-1], self._check.encode())
