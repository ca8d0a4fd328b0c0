"""Supervisors, as many as there are processors: each runs one program at a time, and programs wait for a free one."""

import asyncio
import atexit
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from queue import SimpleQueue
from typing import Any, BinaryIO, Final, TypeAlias

from . import bubblewrap, privileges
from .inside.requests import received
from .limits import Limits

_PATIENCE: Final = 20.0
"""Seconds that a supervisor may take beyond a program's own."""

_HIGH, _LOW = 2_000_000_000, 30_000
_PLACES: Final = 64
"""User ids for each process that runs programs: two for each supervisor."""


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


ENVIRONMENT: Final = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MPLBACKEND": "agg",
}
"""All that programs see of the environment: no key, and the same order of sets in every run."""


def command(level: str, folder: str, user: int | None) -> list[str]:
    """The command of a supervisor, which imports nothing but this folder."""
    start = {"level": level, "folder": folder, "user": user, "readable": readable()}
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parents[1])!r}); "
        "from sandbox.supervisor import main; del sys.path[0]; main()"
    )
    # -E and -s, not -I: the order of sets is that of PYTHONHASHSEED
    return [os.path.realpath(sys.executable), "-s", "-P", "-S", "-B", "-c", code, json.dumps(start)]


def readable() -> list[str]:
    """The folders that programs may read: the interpreter's, and those of its libraries."""
    found = [os.path.realpath(sys.base_prefix), "/usr", "/lib", "/lib64", *libraries(), bubblewrap.CODE]
    return list(dict.fromkeys(path for path in found if os.path.isdir(path)))


def libraries() -> list[str]:
    """The folders of installed packages, which programs may import."""
    return [path for path in sys.path if path.endswith(("site-packages", "dist-packages")) and os.path.isdir(path)]


def user_of(place: int) -> int | None:
    """The first of two user ids for a supervisor, which no user has; None where there are no others to be had."""
    if not privileges.may_change_users():
        return None
    own = os.getpid() % 400 * _PLACES + 2 * place
    return privileges.first_user((_HIGH + os.getpid() % 1_000_000 * _PLACES + 2 * place, _LOW + own))


class Pool:
    """The supervisors of a level.

    >>> [one.place for one in Pool("landlock", 2).supervised]
    [0, 1]
    """

    def __init__(self, level: str, size: int) -> None:
        self.level = level
        self.supervised = tuple(Supervised(level, place) for place in range(size))
        self._free: SimpleQueue[Supervised] = SimpleQueue()
        for one in self.supervised:
            self._free.put(one)

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(len(self.supervised), thread_name_prefix=f"sandbox-{self.level}")

    def run(self, job: Job, limits: Limits) -> dict[str, Any]:
        """The facts of a program, when a supervisor is free."""
        supervised = self._free.get()
        try:
            return supervised.run({**job, "limits": limits.as_json()})
        finally:
            self._free.put(supervised)

    async def run_soon(self, job: Job, limits: Limits) -> dict[str, Any]:
        """The same without blocking the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.run, job, limits)

    def close(self) -> None:
        """End the supervisors; the next job starts one again."""
        for one in self.supervised:
            one.stop()


@cache
def pool(level: str) -> Pool:
    """The one pool of a level in this process."""
    made = Pool(level, os.cpu_count() or 1)
    atexit.register(made.close)
    return made
