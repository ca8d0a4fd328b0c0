"""Large payloads beside a trace: each kept once, in a file named by the SHA-256 of its bytes."""

from collections import OrderedDict
from hashlib import sha256
from pathlib import Path
from typing import Final

from .errors import BadTrace

LARGE: Final = 16_384
"""From how many characters on a text is a blob of its own."""

REMEMBERED: Final = 256
"""Texts whose hash is remembered: the same one comes again in every question to every agent."""


class Blobs:
    """The blobs in a folder, which is made with the first of them.

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

    def put(self, data: bytes, digest: str | None = None) -> str:
        """Keep bytes, on disk once this returns; returns their SHA-256 in hexadecimal digits."""
        digest = digest or sha256(data).hexdigest()
        if digest not in self._there:
            self._write(digest, data)
            self._there.add(digest)
        return digest

    def put_text(self, text: str) -> str:
        """Keep a text as UTF-8. One that was kept lately is not hashed again."""
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

    def _write(self, digest: str, data: bytes) -> None:
        """A file is complete or not there: a run that is killed leaves no half a blob under its name."""
        path = self.folder / digest
        if path.is_file():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        new = self.folder / f"{digest}.new"
        new.write_bytes(data)
        new.replace(path)
