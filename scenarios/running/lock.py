"""One writer a run directory."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from ...agents.durable import writing
from ...agents.errors import CannotWrite


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """A context in which no other run writes to a directory, which is made if need be.

    Raises `CannotWrite` and names the process where one does already.
    """
    with writing(directory):
        directory.mkdir(parents=True, exist_ok=True)
        lock = FileLock(directory / "lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise CannotWrite(
                f"{directory}: {writer(directory)} writes here. Wait for it, or give this run another directory: --out."
            ) from None
    try:
        yield
    finally:
        lock.release()


def this_process() -> str:
    """This process as its run directory and error messages name it."""
    return f"process {os.getpid()} on {socket.gethostname()}"


def writer(directory: Path) -> str:
    """The process that said last, in `run.json`, that it writes to a directory."""
    try:
        said: dict[str, Any] = json.loads((directory / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        said = {}
    return str(said.get("process", "another process"))
