"""A frame: what one process sends another, as bytes.

    "SYM2"  length of the header (4 bytes), XXH3-64 of all that follows (8 bytes, both big-endian)
    header (JSON)  message (JSON)  attachments

Large texts, which tensors are sent as, and images are attachments, which the message names. Everything is checked
before it is used: the version, the checksum, sizes, fields, names of types. Nothing in it is code.
"""

import json
import struct
from hashlib import sha256
from typing import Any, Final, Literal, TypeAlias

from pydantic import Field, ValidationError
from xxhash import xxh3_64, xxh3_64_intdigest

from ...codec import decode, encode
from ...errors import BadMessage, SymposiaError
from ...frozen import Frozen
from ...message import Message

MAGIC: Final = b"SYM2"
NUMBERS: Final = struct.Struct(">IQ")
"""The length of the header, and the checksum."""

MOST_HEADER: Final = 65_536
MOST: Final = 1 << 30
"""The most bytes of a frame: a gigabyte."""

Kind: TypeAlias = Literal["ask", "reply", "failure", "cancel", "busy", "fetch", "chunk", "post"]


class Attached(Frozen, tag="wire.attached/1"):
    """An attachment: its name, which is the SHA-256 of an image, and the number of its bytes.

    >>> Attached(name="text-0", size=20_000).size
    20000
    """

    name: str = Field(max_length=64)
    size: int = Field(ge=0, le=MOST)


class Header(Frozen, tag="wire.header/1"):
    """The header of a frame.

    `id` is that of its request, unique in the world, and `by` the process that sent it. `to` is the agent, `what` is
    asked of it: to handle a message, or its state. `left` is the time in seconds until the asker gives up, `attempt`
    how often it has asked. `bound` says of a reply that its agent keeps a state, so that the next message has to reach
    the same process. `ids` are the requests that a process is busy with; `part` of `parts` is a chunk's number, `bytes`
    the size of the whole frame that is cut or has to be fetched.

    >>> Header(kind="cancel", id="a-1", by="a").kind
    'cancel'
    """

    kind: Kind
    id: str = Field(max_length=200)
    by: str = Field(max_length=200)
    to: str | None = Field(default=None, max_length=1000)
    sender: str | None = Field(default=None, max_length=1000)
    what: Literal["handle", "save", "load", "describe"] = "handle"
    left: float | None = Field(default=None, ge=0, le=1e9)
    attempt: int = Field(default=1, ge=1, le=1_000_000)
    bound: bool = False
    ids: tuple[str, ...] = ()
    part: int = Field(default=0, ge=0)
    parts: int = Field(default=0, ge=0)
    bytes: int = Field(default=0, ge=0, le=MOST)
    size: int = Field(default=0, ge=0, le=MOST)
    attached: tuple[Attached, ...] = Field(default=(), max_length=10_000)


class Attachments:
    """The large texts and images of one message, by name: where the codec looks for blobs.

    >>> attachments = Attachments()
    >>> attachments.get(attachments.put_text("a long text"))
    b'a long text'
    """

    def __init__(self) -> None:
        self.data: dict[str, bytes | memoryview] = {}

    def put(self, data: bytes, digest: str | None = None) -> str:
        """Add bytes; returns their name."""
        name = digest or f"text-{len(self.data)}"
        self.data[name] = data
        return name

    def put_text(self, text: str) -> str:
        """Add a text as UTF-8; returns its name."""
        return self.put(text.encode())

    def get(self, digest: str) -> bytes | memoryview:
        """The bytes of this name. Raises `BadMessage` for one that is not there."""
        if digest not in self.data:
            raise BadMessage(f"frame: names an attachment {digest[:12]!r} and does not have it.")
        return self.data[digest]

    def at_hand(self, digest: str) -> bytes | None:
        """The bytes of an image. Raises `BadMessage` for others under its hash."""
        data = self.data.get(digest)
        if data is not None and sha256(data).hexdigest() != digest:
            raise BadMessage(f"frame: the image {digest[:12]} is another one than its hash says.")
        return None if data is None else bytes(data)


def packed(header: Header, message: Message | None = None, state: Any = None) -> bytes:  # noqa: ANN401 - JSON
    """A frame as bytes: its header, and a message or other JSON-able data. Raises `BadMessage`."""
    attachments = Attachments()
    body = state if message is None else encode(message, attachments)
    written = b"" if body is None else json.dumps(body, separators=(",", ":"), allow_nan=False).encode()
    listed = [{"name": name, "size": len(data)} for name, data in attachments.data.items()]
    return _packed({**said(header), "size": len(written), "attached": listed}, written, *attachments.data.values())


def packed_raw(header: Header, *parts: bytes | memoryview) -> bytes:
    """A frame as bytes: its header, and what follows it. Raises `BadMessage` for too many bytes."""
    return _packed(said(header), *parts)


def said(header: Header) -> dict[str, Any]:
    """The fields of a header that say something, as JSON-able data; pydantic's own dump takes four times as long."""
    listed = [{"name": one.name, "size": one.size} for one in header.attached]
    given = header.__dict__
    found = {name: given[name] for name in header.model_fields_set if given[name] is not None}
    return {**found, "attached": listed} if listed else found


def _packed(head: dict[str, Any], *parts: bytes | memoryview) -> bytes:
    written = json.dumps(head, separators=(",", ":")).encode()
    checksum = xxh3_64(written)
    for part in parts:
        checksum.update(part)
    frame = b"".join((MAGIC, NUMBERS.pack(len(written), checksum.intdigest()), written, *parts))
    if len(frame) > MOST:
        raise BadMessage(f"frame: {len(frame):,} bytes are too many. Send {MOST:,} or fewer.")
    return frame


class Frame:
    """A frame that was received: its header, checked, and its body, which is read when it is asked for.

    >>> from symposia.agents import Ask
    >>> frame = Frame.read(packed(Header(kind="ask", id="a-1", by="a", to="amber/q"), Ask(text="2 + 2?")))
    >>> frame.header.to, frame.message().text
    ('amber/q', '2 + 2?')
    """

    def __init__(self, header: Header, body: memoryview) -> None:
        self.header = header
        self._body = body  # a view: a large body is not copied to be read

    @classmethod
    def read(cls, data: bytes) -> "Frame":
        """Check the frame in these bytes. Raises `BadMessage`."""
        begins = len(MAGIC) + NUMBERS.size
        if data[: len(MAGIC)] != MAGIC:
            version = data[:4].decode("ascii", "replace")
            raise BadMessage(
                f"frame: begins with {version!r}, not with {MAGIC.decode()!r}. Use one version everywhere."
            )
        if len(data) < begins:
            raise BadMessage(f"frame: is cut off after {len(data)} bytes.")
        length, checksum = NUMBERS.unpack_from(data, len(MAGIC))
        if length > MOST_HEADER or begins + length > len(data):
            raise BadMessage(f"frame: a header of {length:,} bytes is not in its {len(data):,}.")
        if xxh3_64_intdigest(memoryview(data)[begins:]) != checksum:
            raise BadMessage(f"frame: its {len(data):,} bytes were changed on their way.")
        try:
            header = Header.model_validate_json(data[begins : begins + length])
        except ValidationError as error:
            first = error.errors()[0]
            raise BadMessage(f"frame: header: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from None
        body = memoryview(data)[begins + length :]
        if header.kind != "chunk" and header.size + sum(one.size for one in header.attached) != len(body):
            raise BadMessage(f"frame: {len(body):,} bytes after the header are not what it says.")
        return cls(header, body)

    def again(self, header: Header) -> bytes:
        """The same frame with other words in its header."""
        own = self.header
        return packed_raw(header.model_copy(update={"size": own.size, "attached": own.attached}), self._body)

    @property
    def raw(self) -> bytes:
        """The bytes after the header: the piece that a chunk brings."""
        return bytes(self._body)

    def message(self) -> Message:
        """The message in it. Raises `BadMessage`, `UnknownName` for a type that is not known here."""
        attachments, at = Attachments(), self.header.size
        for one in self.header.attached:
            attachments.data[one.name] = self._body[at : at + one.size]
            at += one.size
        try:
            return decode(self.state(), attachments)
        except SymposiaError:
            raise
        except (ValueError, TypeError, RecursionError, UnicodeDecodeError) as error:
            raise BadMessage(f"frame: its message cannot be read ({type(error).__name__}).") from error

    def state(self) -> Any:  # noqa: ANN401 - JSON
        """The JSON-able data in it. Raises `BadMessage`."""
        try:
            return json.loads(bytes(self._body[: self.header.size]))
        except (ValueError, RecursionError) as error:
            raise BadMessage(f"frame: its body is not JSON ({type(error).__name__}).") from error
