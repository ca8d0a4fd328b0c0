"""The parts of a turn that is not plain text: text parts, images, tool calls and tool results."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal, Self, TypeAlias

from pydantic import Field, PrivateAttr

from .errors import BadData, BadMessage
from .frozen import Frozen

PartKind: TypeAlias = Literal["text", "image", "tool_call", "tool_result"]

MEDIA_TYPES: Final = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}
"""The first bytes of each kind of image."""

WEBP: Final = b"WEBP"
"""What RIFF files that are images say in the bytes from 8 to 12; sounds say something else."""


class Text(Frozen, tag="text/1"):
    """A piece of text beside parts of other kinds.

    >>> Text(text="What is in the picture?").kind
    'text'
    """

    text: str

    @property
    def kind(self) -> PartKind:
        """`text`."""
        return "text"


class Image(Frozen, tag="image/1"):
    """An image by reference: the SHA-256 of its bytes, which travel beside messages and never in them.

    A trace keeps the bytes once, in a file named by the hash. `data` is there where the image came from a file or
    from bytes in this process.

    >>> image = Image.from_bytes(b"GIF89a...")
    >>> image.media_type, image.data
    ('image/gif', b'GIF89a...')
    """

    sha256: str
    media_type: str
    _data: bytes | None = PrivateAttr(None)

    @classmethod
    def from_bytes(cls, data: bytes, *, where: str = "image") -> Self:
        """The image with these bytes. Raises `BadData` unless they are PNG, JPEG, GIF or WebP."""
        media_type = next((name for start, name in MEDIA_TYPES.items() if data.startswith(start)), None)
        if media_type is None or (media_type == "image/webp" and data[8:12] != WEBP):
            raise BadData(f"{where}: not an image of a known kind. Use PNG, JPEG, GIF or WebP.")
        return cls(sha256=sha256(data).hexdigest(), media_type=media_type).with_data(data)

    @classmethod
    def from_file(cls, path: Path, *, where: str | None = None) -> Self:
        """The image in a file. Raises `BadData`."""
        try:
            data = path.read_bytes()
        except OSError as error:
            raise BadData(
                f"{where or path}: the image {path} cannot be read ({error.strerror}). Check its path."
            ) from None
        return cls.from_bytes(data, where=where or str(path))

    def with_data(self, data: bytes) -> Self:
        """The same image, with its bytes."""
        object.__setattr__(self, "__pydantic_private__", {"_data": data})
        return self

    @property
    def data(self) -> bytes:
        """Its bytes. Raises `BadMessage` where only the reference is known."""
        if self._data is None:
            raise BadMessage(f"image {self.sha256[:12]}: its bytes are not here. They are in the blobs of its trace.")
        return self._data

    @property
    def kind(self) -> PartKind:
        """`image`."""
        return "image"

    def __eq__(self, other: object) -> bool:
        """Images are equal if their hashes are, wherever their bytes are."""
        return isinstance(other, Image) and (self.sha256, self.media_type) == (other.sha256, other.media_type)

    def __hash__(self) -> int:
        return hash((self.sha256, self.media_type))


class ToolCall(Frozen, tag="tool_call/1"):
    """A tool call that a model asks for; `arguments` is a JSON object as the model wrote it.

    >>> ToolCall(id="1", name="add", arguments='{"a": 2, "b": 3}').kind
    'tool_call'
    """

    id: str
    name: str
    arguments: str

    @property
    def kind(self) -> PartKind:
        """`tool_call`."""
        return "tool_call"


class ToolResult(Frozen, tag="tool_result/1"):
    """The result of a tool call; `id` is that of the call.

    >>> ToolResult(id="1", text="5").kind
    'tool_result'
    """

    id: str
    text: str

    @property
    def kind(self) -> PartKind:
        """`tool_result`."""
        return "tool_result"


class Tool(Frozen, tag="tool/1"):
    """A tool that a model may call: its name, what it does, and a JSON schema of its arguments.

    >>> Tool(name="add", description="Adds two numbers.").name
    'add'
    """

    name: str
    description: str = ""
    parameters: Mapping[str, Any] = Field(default_factory=lambda: {"type": "object", "properties": {}})


Part: TypeAlias = Text | Image | ToolCall | ToolResult
