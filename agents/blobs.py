"""Large payloads beside a trace: each kept once, in a file named by the SHA-256 of its bytes."""

import os
from collections import OrderedDict, deque
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final, Protocol

from .durable import replace
from .errors import BadTrace

LARGE: Final = 16_384
"""The length in characters from which a text is stored as a blob of its own."""

REMEMBERED: Final = 256
"""The number of texts whose hashes are cached: the same text is sent to every agent."""


class BlobStore(Protocol):
    """A store in which a codec puts large texts and the bytes of images, and finds them again by name."""

    def put(self, data: bytes, digest: str | None = None) -> str:
        """Store bytes; returns their name."""
        ...

    def put_text(self, text: str) -> str:
        """Store a text as UTF-8; returns its name."""
        ...

    def get(self, digest: str) -> bytes | memoryview:
        """The bytes of this name."""
        ...

    def at_hand(self, digest: str) -> bytes | None:
        """The bytes of this name where they are in memory, for an image to hold; else None."""
        ...


class Blobs:
    """A folder of blobs, created with the first of them.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     blobs = Blobs(Path(folder) / "blobs")
    ...     digest = blobs.put_text("a long text")
    ...     blobs.get(digest)
    b'a long text'
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._there: set[str] = set()
        self._digests: OrderedDict[str, str] = OrderedDict()
        self._unsynced: deque[Path] = deque()

    def put(self, data: bytes, digest: str | None = None) -> str:
        """Store bytes in a file; returns their SHA-256 in hexadecimal digits."""
        digest = digest or sha256(data).hexdigest()
        if digest not in self._there:
            self._write(digest, data)
            self._there.add(digest)
        return digest

    def put_text(self, text: str) -> str:
        """Store a text as UTF-8; returns its hash. The hashes of the latest texts are cached."""
        digest = self._digests.get(text)
        if digest is None:
            digest = self._digests[text] = self.put(text.encode())
            if len(self._digests) > REMEMBERED:
                self._digests.popitem(last=False)
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes with this hash. Raises `BadTrace` where they are missing or were changed."""
        path = self.folder / digest
        try:
            data = path.read_bytes()
        except OSError:
            raise BadTrace(f"{path}: this blob of the trace is missing. Restore it.") from None
        if sha256(data).hexdigest() != digest:
            raise BadTrace(f"{path}: this blob was changed after it was written. Restore it.")
        return data

    def at_hand(self, digest: str) -> bytes | None:
        """None: the images of a trace stay on the disk."""
        return None

    def sync(self) -> None:
        """Have all blobs on the disk itself; callable from any thread."""
        while self._unsynced:
            with suppress(OSError, IndexError), self._unsynced.popleft().open("rb") as file:
                os.fsync(file.fileno())

    def _write(self, digest: str, data: bytes) -> None:
        """Write a file atomically: a run that is killed leaves no partial blob under its name."""
        path = self.folder / digest
        if not path.is_file():
            replace(path, data, sync=False)
            self._unsynced.append(path)
