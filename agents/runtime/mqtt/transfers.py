"""Frames that are larger than a message may be: they are cut into chunks, and put together again."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from ...errors import BadMessage
from .frame import MOST, Frame, Header, packed_raw

CHUNK: Final = 393_216
"""The most bytes of a message: a broker may refuse a megabyte, and a large one keeps small ones waiting."""

FORGOTTEN: Final = 60.0
"""The seconds after which a transfer of which nothing came is given up."""


def chunks(data: bytes, name: str, by: str) -> Iterator[bytes]:
    """The frame in these bytes as frames of at most about `CHUNK` bytes: itself where it is no larger."""
    if len(data) <= CHUNK:
        yield data
        return
    parts = -(-len(data) // CHUNK)
    for part in range(parts):
        header = Header(kind="chunk", id=name, by=by, part=part, parts=parts, bytes=len(data))
        yield packed_raw(header, data[part * CHUNK : (part + 1) * CHUNK])


@dataclass
class Transfer:
    """The pieces of one frame that came so far.

    >>> Transfer(2, 8).pieces
    {}
    """

    parts: int
    size: int
    pieces: dict[int, bytes] = field(default_factory=dict)
    last: float = field(default_factory=monotonic)


class Transfers:
    """Frames that are on their way in chunks, of at most `most` bytes together.

    >>> transfers = Transfers()
    >>> frame = packed_raw(Header(kind="cancel", id="a-1", by="alice/a"), b"")
    >>> [transfers.add(Frame.read(one)) for one in chunks(frame, "t", "alice/a")][0].header.id
    'a-1'
    """

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self._open: OrderedDict[tuple[str, str], Transfer] = OrderedDict()

    def add(self, frame: Frame) -> Frame | None:
        """The frame that this one is, or completes; None while chunks are missing. Raises `BadMessage`."""
        header = frame.header
        if header.kind != "chunk":
            return frame
        self._forget()
        key = header.by, header.id
        found = self._open.get(key)
        if found is None or (found.parts, found.size) != (header.parts, header.bytes):
            if header.parts != -(-header.bytes // CHUNK) or sum(one.size for one in self._open.values()) > self.most:
                raise BadMessage(f"{header.by}: {header.bytes:,} bytes in {header.parts} chunks are not taken.")
            found = self._open[key] = Transfer(header.parts, header.bytes)
        if header.part < header.parts and len(frame.raw) <= CHUNK:
            found.pieces[header.part] = frame.raw
            found.last = monotonic()
        if len(found.pieces) < found.parts:
            return None
        del self._open[key]
        whole = Frame.read(b"".join(found.pieces[part] for part in range(found.parts)))
        if whole.header.kind == "chunk" or whole.header.by != header.by:
            raise BadMessage(f"{header.by}: sent chunks of a frame that is not its own.")
        return whole

    def _forget(self) -> None:
        now = monotonic()
        for key in [key for key, one in self._open.items() if now - one.last > FORGOTTEN]:
            del self._open[key]
