"""A trace on disk by question: read once from end to end, then a question at a time, so that memory stays flat."""

import os
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic_core import from_json as parse_json

from .blobs import Blobs
from .event import CONDUCTOR, Event
from .trace_reader import BLOBS, checked, checked_header, cut_off, from_json

NONE: Final = 0xFFFFFFFF


class End(NamedTuple):
    """The end of a trace, from which it is gone on with: the number of events, the last time, the last check.

    >>> End(events=2, seconds=0.5, check="0123456789abcdef").events
    2
    """

    events: int
    seconds: float
    check: str


class TraceIndex:
    """The events of a trace file, found by their question without being kept.

    `header` is the first line, `calls` marks the events that are calls, not replies, `end` is where it ends.
    With `cut`, an unfinished last line is cut off the file. Raises `BadTrace` as `trace_reader.read` does.

    >>> from tempfile import TemporaryDirectory
    >>> from symposia.agents import Ask
    >>> from symposia.agents.trace import Trace
    >>> with TemporaryDirectory() as folder:
    ...     trace = Trace(Path(folder) / "trace.jsonl")
    ...     asked = trace.add(None, "q1", (CONDUCTOR, "amber"), 0, Ask(text="2 + 2?"))
    ...     trace.close()
    ...     TraceIndex(Path(folder) / "trace.jsonl").of("q1") == [asked]
    True
    """

    def __init__(self, path: Path, *, cut: bool = False) -> None:
        self.path = path
        self.header: dict[str, Any] = {}
        self.calls = bytearray()
        self._starts = array("Q")
        self._next = array("I")
        self._chains: dict[int, int] = {}
        self._blobs = Blobs(path.parent / BLOBS)
        self._file: int | None = None
        whole = cut_off(path, cut=cut)
        self.end = self._read(whole) if whole else End(0, 0.0, "")

    def __len__(self) -> int:
        return len(self.calls)

    def __iter__(self) -> Iterator[Event]:
        return (self.at(number) for number in range(len(self)))

    def of(self, question: str) -> list[Event]:
        """The events of a question, in order."""
        chain = self._chains.get(hash(question))
        found, number = [], NONE if chain is None else chain >> 32
        while number != NONE:
            event = self.at(number)
            if event.question == question:
                found.append(event)
            number = self._next[number]
        return found

    def at(self, number: int) -> Event:
        """The event with this number."""
        if self._file is None:
            self._file = os.open(self.path, os.O_RDONLY)
        start, end = self._starts[number], self._starts[number + 1]
        line = parse_json(os.pread(self._file, end - start, start))
        del line["check"]
        return from_json(line, self.header["trace"], self._blobs)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            file, self._file = self._file, None
            os.close(file)

    def _read(self, length: int) -> End:
        """Read the whole lines of the file, check their chain, and remember where each is."""
        before, place, last = "", 0, 0.0
        with self.path.open("rb") as file:
            for number, raw in enumerate(file, -1):
                if place >= length:
                    break
                line, before = checked(raw.rstrip(b"\n"), before, f"{self.path.name}:{number + 2}", number)
                if number < 0:
                    self.header = checked_header(line, self.path)
                else:
                    self._add(number, line)
                    self._starts.append(place)
                    last = line["seconds"]
                place += len(raw)
        self._starts.append(place)
        return End(len(self), last, before)

    def _add(self, number: int, line: dict[str, Any]) -> None:
        replied = line["to"] == CONDUCTOR != line["sender"] and line["cause"] is not None
        self.calls.append(not replied)
        self._next.append(NONE)
        key = hash(line["question"])
        chain = self._chains.get(key)
        if chain is not None:
            self._next[chain & NONE] = number
        first = number if chain is None else chain >> 32
        self._chains[key] = first << 32 | number


class Listed:
    """Events in memory, found by their question as those of a `TraceIndex` are.

    >>> from symposia.agents import Ask
    >>> asked = Event(0, None, "q1", CONDUCTOR, "amber", 0, Ask(text="2 + 2?"), 0.0)
    >>> len(Listed([asked]).of("q1"))
    1
    """

    def __init__(self, events: list[Event]) -> None:
        self.events = {event.seq: event for event in events}
        self.calls = bytearray(max(self.events, default=-1) + 1)
        self._questions: dict[str, list[Event]] = {}
        for event in events:
            self.calls[event.seq] = not (event.to == CONDUCTOR != event.sender and event.cause is not None)
            self._questions.setdefault(event.question, []).append(event)

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events.values())

    def of(self, question: str) -> list[Event]:
        """The events of a question, in order."""
        return self._questions.get(question, [])

    def at(self, number: int) -> Event:
        """The event with this number."""
        return self.events[number]
