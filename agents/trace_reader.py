"""Reads trace files of any schema and detects changes made after they were written."""

from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, Final

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

BLOCK: Final = 1 << 16
NO_TRACE: Final = f"not a trace of schema {' or '.join(map(str, READ))}. The first line says which schema a trace has."


def check_of(before: str, body: bytes) -> str:
    """The check of a line: a hash over the check before it and the line without its own."""
    return sha256(before.encode() + body).hexdigest()[:CHECK_LENGTH]


def read(path: Path, *, cut: bool = False) -> tuple[dict[str, Any], list[Event], str]:
    """The header, the events and the last check of a trace file of any schema.

    With `cut`, an unfinished last line, as a killed run leaves it, is cut off the file; one without a whole header has
    nothing in it. Raises `BadTrace` and names the event for anything else that was changed after it was written.
    """
    length = cut_off(path, cut=cut)
    if not length:
        return {}, [], ""
    lines, before = [], ""
    for number, raw in enumerate(path.read_bytes()[: length - 1].split(b"\n"), 1):
        line, before = checked(raw, before, f"{path.name}:{number}", number - 2)
        lines.append(line)
    header, *events = lines
    checked_header(header, path)
    blobs = Blobs(path.parent / BLOBS)
    return header, [from_json(line, header["trace"], blobs) for line in events], before


def cut_off(path: Path, *, cut: bool) -> int:
    """The length of the whole lines of a trace file; what follows them is `cut` off the file. 0 for no whole line.

    Raises `BadTrace` for no such file, for an unfinished last line that is not to be cut off, and for no trace.
    """
    if not path.is_file():
        raise BadTrace(f"{path}: no such file. A run directory holds a trace.jsonl.")
    size = path.stat().st_size
    with path.open("rb") as file:
        length, rest = last_line(file, size)
    if rest and not cut:
        raise BadTrace(f"{path}: the last line is not finished. Run the scenario again to resume it.")
    if not length and not (cut and HEADER.startswith(rest.rstrip(b"\0")[: len(HEADER)])):
        raise BadTrace(f"{path}: {NO_TRACE}")
    if rest and length:
        with writing(path), path.open("r+b") as file:
            file.truncate(length)
    return length


def last_line(file: BinaryIO, size: int) -> tuple[int, bytes]:
    """The length of a file up to its last line feed, and the first bytes of what follows it."""
    end = size
    while end > 0:
        start = max(0, end - BLOCK)
        file.seek(start)
        found = file.read(end - start).rfind(b"\n")
        if found >= 0:
            end = start + found + 1
            break
        end = start
    file.seek(end)
    return end, file.read(len(HEADER))


def checked_header(line: dict[str, Any], path: Path) -> dict[str, Any]:
    """The first line of a trace. Raises `BadTrace` for one of a schema that cannot be read."""
    if line.get("trace") not in READ:
        raise BadTrace(f"{path}: {NO_TRACE}")
    return line


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
