"""A supervisor as the harness has it: a process to which jobs are sent over a socket."""

import json
import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias

from .inside.requests import received
from .starting import ENVIRONMENT, command, user_of

_PATIENCE: Final = 20.0
"""Seconds that a supervisor may take beyond a program's own."""

Job: TypeAlias = dict[str, Any]
"""A `part` with its `payload`, and `checks`, the payload of tests that drive it, where they are apart."""


class Supervised:
    """A supervisor's process, started at its first job and anew after one that it did not survive.

    >>> Supervised("landlock", 0).pid is None
    True
    """

    def __init__(self, level: str, place: int) -> None:
        self.level, self.place = level, place
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    @property
    def pid(self) -> int | None:
        """The id of its process, if it runs."""
        return self._process.pid if self._process else None

    @property
    def folder(self) -> Path | None:
        """Its folder, below which programs write, if it runs."""
        return Path(self._folder.name) if self._folder else None

    def run(self, job: Job) -> dict[str, Any]:
        """The facts of a job; `error` where it could not be run."""
        try:
            return self._asked(job)
        except (OSError, ValueError) as error:
            self.stop()
            return {"error": f"the supervisor failed: {type(error).__name__} {error}"}

    def stop(self) -> None:
        """End the process, which ends those below it."""
        if self._process is not None and self._socket is not None:
            self._socket.close()
            try:
                self._process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._folder is not None:
            self._folder.cleanup()
        self._process = self._folder = self._socket = None

    def _asked(self, job: Job) -> dict[str, Any]:
        place = self._started()
        place.settimeout(job["limits"]["seconds"] + _PATIENCE)
        request = json.dumps({name: value for name, value in job.items() if name != "checks"}).encode() + b"\n"
        with file_of(job.get("checks")) as tests:
            sent = socket.send_fds(place, [request[: 2**16]], [] if tests is None else [tests.fileno()])
            place.sendall(request[sent:])
        answer = received(place, 0)
        if answer is None:
            raise ConnectionError("it ended")
        facts: dict[str, Any] = json.loads(answer[0])
        return facts

    def _started(self) -> socket.socket:
        if self._socket is None or self._process is None or self._process.poll() is not None:
            self.stop()
            self._folder = tempfile.TemporaryDirectory(prefix="symposia-sandbox-")
            os.chmod(self._folder.name, 0o711)
            self._socket, other = socket.socketpair()
            with other:
                self._process = subprocess.Popen(
                    command(self.level, self._folder.name, user_of(self.place)),
                    stdin=other.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    cwd="/",
                    env=ENVIRONMENT,
                    start_new_session=True,
                )
        return self._socket


@contextmanager
def file_of(payload: dict[str, Any] | None) -> Iterator[BinaryIO | None]:
    """A file in memory with a payload, for a process that is to get it from nobody in between."""
    if payload is None:
        yield None
        return
    with os.fdopen(os.memfd_create("tests"), "w+b") as file:
        file.write(json.dumps(payload).encode())
        file.flush()
        yield file
