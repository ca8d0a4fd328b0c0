"""Reads trace files of any schema and detects changes made after they were written."""

from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from pydantic_core import from_json as parse_json

from .blobs import Blobs
from .codec import decode
from .durable import writing
from .errors import BadTrace
from .event import Event
from .schema1 import upgraded

READ: Final = (1, 2)
"""The schemas that can be read."""


BLOBS: Final = "blobs"


CHECK_LENGTH: Final = 16
HEADER: Final = b'{"trace":'
"""How a trace begins."""


def check_of(before: str, body: bytes) -> str:
    """The check of a line: a hash over the check before it and the line without its own."""
    return sha256(before.encode() + body).hexdigest()[:CHECK_LENGTH]


def read(path: Path, *, cut: bool = False) -> tuple[dict[str, Any], list[Event], str]:
    """The header, the events and the last check of a trace file of any schema.

    With `cut`, an unfinished last line, as a killed run leaves it, is cut off the file; one without a whole header has
    nothing in it. Raises `BadTrace` and names the event for anything else that was changed after it was written.
    """
    if not path.is_file():
        raise BadTrace(f"{path}: no such file. A run directory holds a trace.jsonl.")
    complete, _, rest = path.read_bytes().rpartition(b"\n")
    if rest and not cut:
        raise BadTrace(f"{path}: the last line is not finished. Run the scenario again to resume it.")
    if cut and not complete and HEADER.startswith(rest.rstrip(b"\0")[: len(HEADER)]):
        return {}, [], ""
    if rest and complete:
        with writing(path), path.open("r+b") as file:
            file.truncate(len(complete) + 1)
    lines, before = [], ""
    for number, raw in enumerate(complete.split(b"\n") if complete else (), 1):
        line, before = checked(raw, before, f"{path.name}:{number}", number - 2)
        lines.append(line)
    if not lines or lines[0].get("trace") not in READ:
        known = " or ".join(map(str, READ))
        raise BadTrace(f"{path}: not a trace of schema {known}. The first line says which schema a trace has.")
    header, *events = lines
    blobs = Blobs(path.parent / BLOBS)
    return header, [from_json(line, header["trace"], blobs) for line in events], before


def checked(raw: bytes, before: str, where: str, seq: int) -> tuple[dict[str, Any], str]:
    """A line as JSON, and its check. Raises `BadTrace` if the line was changed."""
    tail = len(f',"check":"{"0" * CHECK_LENGTH}"}}')
    body, claimed = raw[:-tail] + b"}", raw[-tail:]
    check = check_of(before, body)
    if claimed != f',"check":"{check}"}}'.encode():
        raise BadTrace(f"{where}: {named(raw, seq)} was changed after it was written. Restore it, or fork the run.")
    line: dict[str, Any] = parse_json(body)
    return line, check


def named(raw: bytes, seq: int) -> str:
    """An event's name for errors, from a line that may be corrupt."""
    try:
        line = parse_json(raw)
        return f"event {seq} ({line['sender']} -> {line['to']})"
    except (ValueError, KeyError, TypeError):
        return f"event {seq}" if seq >= 0 else "the header"


def from_json(line: dict[str, Any], schema: int, blobs: Blobs) -> Event:
    """The event in a line of a trace file."""
    message = upgraded(line["message"]) if schema == 1 else line["message"]
    return Event(**{**line, "message": decode(message, blobs)})
