"""Files that survive the process that writes them: written whole, or appended to and never torn apart.

What was written when a function here returns is the operating system's, so a killed process loses none of it. A power
loss takes at most the last `SYNC_SECONDS`.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock, Timer
from typing import Final

from .errors import CannotWrite

SYNC_SECONDS: Final = 1.0
"""The seconds after which what was written is on the disk itself, at the latest."""


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """A context in which errors of the operating system are `CannotWrite`."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotWrite(
            f"{error.filename or path}: {reason}. Make it writable, with room on its disk, and run the same command "
            "again: what was written is kept."
        ) from error


def replace(path: Path, data: bytes | Iterable[bytes], *, sync: bool = True) -> None:
    """Write a file whole, from its bytes or from parts of them: a reader sees the old one or the new one.

    With `sync` it is on the disk itself.

    Raises `CannotWrite`.
    """
    new = path.with_name(path.name + ".new")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with new.open("wb") as file:
                file.writelines([data] if isinstance(data, bytes) else data)
                if sync:
                    file.flush()
                    os.fsync(file.fileno())
            new.replace(path)
        except OSError:
            with suppress(OSError):
                new.unlink()
            raise


class AppendedFile:
    """A file that is only appended to. `before_sync` is called before each synchronisation with the disk.

    After an error nothing more is written: the file stays a prefix of what was to be in it.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = AppendedFile(Path(folder) / "log")
    ...     file.write(b"one line")
    ...     file.flush()
    ...     (Path(folder) / "log").read_bytes()
    ...     file.close()
    b'one line'
    """

    def __init__(self, path: Path, before_sync: Callable[[], None] = lambda: None) -> None:
        self.path = path
        self._before_sync = before_sync
        self._error: CannotWrite | None = None
        self._timer: Timer | None = None
        self._lock = Lock()
        with writing(path):
            self._file = path.open("ab")

    def write(self, data: bytes) -> None:
        """Append bytes; they are written at the next `flush`, or before. Raises `CannotWrite`."""
        if self._error is not None:
            raise self._error
        try:
            self._file.write(data)
        except OSError as error:
            self._fail(error)

    def flush(self) -> None:
        """Hand all bytes to the operating system, and have them on the disk soon. Raises `CannotWrite`."""
        if self._error is not None:
            raise self._error
        try:
            self._file.flush()
        except OSError as error:
            self._fail(error)
        if self._timer is None:
            self._timer = Timer(SYNC_SECONDS, self._sync)
            self._timer.daemon = True
            self._timer.start()

    def close(self) -> None:
        """Flush, synchronise and close. An error that was raised before is not raised again."""
        if self._file.closed:
            return
        try:
            if self._error is None:
                self.flush()
                self._sync()
        finally:
            with self._lock, suppress(OSError):
                self._file.close()
            if self._timer is not None:
                self._timer.cancel()

    def _fail(self, error: OSError) -> None:
        try:
            with writing(self.path):
                raise error
        except CannotWrite as known:
            self._error = known
            raise

    def _sync(self) -> None:
        """Synchronise with the disk; callable from any thread."""
        self._timer = None
        self._before_sync()
        with self._lock:
            if not self._file.closed:
                with suppress(OSError):  # of a disk that went away: the next write says so
                    os.fsync(self._file.fileno())
