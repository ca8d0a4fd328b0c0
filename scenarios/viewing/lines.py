"""The events of a trace file for readers that wait for nothing: also of a run that is not finished."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...agents.blobs import Blobs
from ...agents.errors import BadTrace, SymposiaError
from ...agents.event import Event
from ...agents.trace_reader import BLOBS, NO_TRACE, checked, checked_header, from_json

Line = tuple[dict[str, Any], Event | None]
"""An event's line as JSON, and the event; None where its message is of a type that is not known here."""


def events_of(path: Path) -> Iterator[Line]:
    """The events of a trace file, in order; an unfinished last line is left out, not cut off.

    Raises `BadTrace` for a file that is no trace, or was changed.
    """
    if not path.is_file():
        raise BadTrace(f"{path}: no such file. A run directory holds a trace.jsonl.")
    blobs, before, schema = Blobs(path.parent / BLOBS), "", 0
    with path.open("rb") as file:
        for number, raw in enumerate(file, -1):
            if not raw.endswith(b"\n"):
                break
            line, before = checked(raw.rstrip(b"\n"), before, f"{path.name}:{number + 2}", number)
            if number < 0:
                schema = int(checked_header(line, path)["trace"])
            else:
                yield line, event_of(line, schema, blobs)
    if not schema:
        raise BadTrace(f"{path}: {NO_TRACE}")


def event_of(line: dict[str, Any], schema: int, blobs: Blobs) -> Event | None:
    """The event in a line; None where it cannot be read here, as a plug-in's that is not installed."""
    try:
        return from_json(line, schema, blobs)
    except BadTrace:
        raise
    except SymposiaError:
        return None
