"""One HTTP request: its body, its events where it streams, and the client that may leave before the end."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from secrets import token_hex
from time import time
from typing import Any, Final

from starlette.requests import Request
from starlette.types import Receive

from .errors import Refused

LARGEST: Final = 16 * 2**20
"""The most bytes of a request."""


class Events:
    """Server-sent events on their way to a client, in order; None marks the end.

    >>> events = Events()
    >>> events.data({"delta": "four"})
    >>> events.comment("progress", {"asked": "amber"})
    >>> events.queue.get_nowait(), events.queue.get_nowait()
    (b'data: {"delta": "four"}\\n\\n', b': progress {"asked": "amber"}\\n\\n')
    """

    def __init__(self) -> None:
        self.queue: asyncio.Queue[bytes | None] = asyncio.Queue()

    def data(self, content: Mapping[str, Any], event: str | None = None) -> None:
        """Send JSON, under the name of an event if it has one."""
        name = f"event: {event}\n" if event else ""
        self.queue.put_nowait(f"{name}data: {json.dumps(content)}\n\n".encode())

    def comment(self, kind: str, content: Mapping[str, Any]) -> None:
        """Send a comment, which clients pass over unless they look for it."""
        self.queue.put_nowait(f": {kind} {json.dumps(content)}\n\n".encode())

    def done(self) -> None:
        """Send the last event of OpenAI's streams."""
        self.queue.put_nowait(b"data: [DONE]\n\n")

    def end(self) -> None:
        """Mark the end."""
        self.queue.put_nowait(None)


@dataclass(frozen=True)
class Call:
    """A request: its JSON, its id, when it came, and its events.

    >>> Call({"model": "debate"}).body["model"]
    'debate'
    """

    body: Any
    id: str = field(default_factory=lambda: token_hex(12))
    created: int = field(default_factory=lambda: int(time()))
    events: Events = field(default_factory=Events)


async def body_of(request: Request) -> Any:  # noqa: ANN401 - a client's JSON
    """The JSON of a request. Raises `Refused`: 413 for one that is too large, 400 for one that is no JSON."""
    read = bytearray()
    async for piece in request.stream():
        read += piece
        if len(read) > LARGEST:
            raise Refused(413, f"the body: more than {LARGEST:,} bytes. Send less.", code="request_too_large")
    try:
        text = read.decode()
        given = json.loads(text)
        if "\\ud" in text.lower():  # halves of characters can be written in JSON and in no file
            json.dumps(given, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Refused(400, "the body: not JSON in UTF-8. Write the parameters as an object.") from None
    return given


async def left(receive: Receive) -> None:
    """Return once the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass
