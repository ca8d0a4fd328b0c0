"""The trace: every delivery of a run, in the order it happened. It is the run.

A trace file is JSON lines: a header, then one event a line. Each line ends with a check, a hash over the
line and the check before it, so a file that was edited, cut in the middle or reordered is found out and
the event is named. Messages are frozen, so events hold them by reference and are put into words late.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Any, BinaryIO, Final

from .errors import BadTrace
from .message import Message
from .runtime.codec import decode, encode

SCHEMA: Final = 1
CONDUCTOR: Final = "conductor"
"""The sender of what a protocol itself says."""

FLUSH_EVERY: Final = 512
COMPACT: Final = json.JSONEncoder(separators=(",", ":"))
CHECK_LENGTH: Final = 16


@dataclass(frozen=True, slots=True)
class Event:
    """One delivery.

    `cause` is the event it follows from, `turn` the number of this question's messages to the agent before
    it, `seconds` the time since the run began.
    """

    seq: int
    cause: int | None
    question: str
    sender: str
    to: str
    turn: int
    message: Message
    seconds: float

    def __str__(self) -> str:
        """How error messages name an event."""
        return f"event {self.seq} ({self.sender} -> {self.to})"


class Trace:
    """An append-only log. Without a path it stays in memory; with one it is kept on disk only."""

    def __init__(self, path: Path | None = None, *, run: str = "") -> None:
        self.events: list[Event] = []
        self._began = monotonic()
        self._count = 0
        self._file: BinaryIO | None = None
        self._check = ""
        if path is not None:
            self._open(path, run)

    def _open(self, path: Path, run: str) -> None:
        """Start the file, or go on with the one of a run that was stopped."""
        header, events, check = read(path, cut=True) if path.exists() else ({}, [], "")
        if not events:
            self._file = path.open("wb")
            self._write({"trace": SCHEMA, "run": run})
            return
        if header["run"] != run:
            raise BadTrace(f"{path}: is the trace of another scenario. Give this run another directory.")
        self._count, self._check = events[-1].seq + 1, check
        self._began -= events[-1].seconds
        self._file = path.open("ab")

    def __len__(self) -> int:
        return self._count

    def add(self, cause: int | None, question: str, route: tuple[str, str], turn: int, message: Message) -> Event:
        """Append a delivery along `route`, sender and receiver, and return its event."""
        event = Event(self._count, cause, question, *route, turn, message, round(monotonic() - self._began, 6))
        self._count += 1
        self.events.append(event)
        if self._file is not None and len(self.events) >= FLUSH_EVERY:
            self.flush()
        return event

    def flush(self) -> None:
        """Write what has not been written."""
        if self._file is not None:
            for event in self.events:
                self._write(as_json(event))
            self.events.clear()
            self._file.flush()

    def close(self) -> None:
        """Write what has not been written and close the file."""
        self.flush()
        if self._file is not None:
            self._file.close()

    def _write(self, line: dict[str, Any]) -> None:
        if self._file is None:
            return
        body = COMPACT.encode(line).encode()
        self._check = check_of(self._check, body)
        self._file.write(body[:-1] + f',"check":"{self._check}"}}\n'.encode())


def as_json(event: Event) -> dict[str, Any]:
    """An event as one line of a trace file says it."""
    return {
        "seq": event.seq,
        "cause": event.cause,
        "question": event.question,
        "sender": event.sender,
        "to": event.to,
        "turn": event.turn,
        "seconds": event.seconds,
        "message": encode(event.message),
    }


def check_of(before: str, body: bytes) -> str:
    """The check of a line: a hash over the check before it and the line without its own."""
    return sha256(before.encode() + body).hexdigest()[:CHECK_LENGTH]


def read(path: Path, *, cut: bool = False) -> tuple[dict[str, Any], list[Event], str]:
    """The header, the events and the last check of a trace file.

    With `cut`, an unfinished last line, as a killed run leaves it, is cut off the file. Raises
    `BadTrace` and names the event for anything else that was changed after it was written.
    """
    if not path.is_file():
        raise BadTrace(f"{path}: no such file. A run directory holds a trace.jsonl.")
    data = path.read_bytes()
    complete, _, rest = data.rpartition(b"\n")
    if rest and not cut:
        raise BadTrace(f"{path}: the last line is not finished. Run the scenario again to resume it.")
    if rest:
        path.write_bytes(complete + b"\n" if complete else b"")
    lines, before = [], ""
    for number, raw in enumerate(complete.split(b"\n") if complete else (), 1):
        line, before = checked(raw, before, f"{path.name}:{number}", number - 2)
        lines.append(line)
    if not lines or lines[0].get("trace") != SCHEMA:
        raise BadTrace(f"{path}: not a trace of schema {SCHEMA}. The first line says which schema a trace has.")
    header, *events = lines
    return header, [from_json(line) for line in events], before


def checked(raw: bytes, before: str, where: str, seq: int) -> tuple[dict[str, Any], str]:
    """A line as JSON, and its check. Raises `BadTrace` if it is not what was written."""
    tail = len(f',"check":"{"0" * CHECK_LENGTH}"}}')
    body, claimed = raw[:-tail] + b"}", raw[-tail:]
    check = check_of(before, body)
    if claimed != f',"check":"{check}"}}'.encode():
        raise BadTrace(f"{where}: {named(raw, seq)} was changed after it was written. Restore it, or fork the run.")
    line: dict[str, Any] = json.loads(body)
    return line, check


def named(raw: bytes, seq: int) -> str:
    """The best name of an event whose line cannot be trusted."""
    try:
        line = json.loads(raw)
        return f"event {seq} ({line['sender']} -> {line['to']})"
    except (ValueError, KeyError, TypeError):
        return f"event {seq}" if seq >= 0 else "the header"


def from_json(line: dict[str, Any]) -> Event:
    """The event a line of a trace file says."""
    return Event(**{**line, "message": decode(line["message"])})
