"""Supervisors, as many as there are processors: each runs one program at a time, and programs wait for a free one."""

import asyncio
import json
import os
import select
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache, cached_property
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final, TypeAlias

from . import bubblewrap
from .limits import Limits

_PATIENCE: Final = 20.0
"""Seconds that a supervisor may take beyond a program's own."""

_HIGH, _LOW = 2_000_000_000, 30_000
_PLACES: Final = 64


Job: TypeAlias = dict[str, Any]
"""A `part` with its `payload`, and `checks`, the payload of tests that drive it, where they are apart."""


class Supervised:
    """A supervisor's process, started at its first job and anew after one that it did not survive."""

    def __init__(self, level: str, place: int) -> None:
        self.level, self.place = level, place
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def run(self, job: dict[str, Any]) -> dict[str, Any]:
        """The facts of a job; `error` where it could not be run."""
        try:
            return self._asked(job)
        except (OSError, ValueError, TimeoutError) as error:
            self.stop()
            return {"error": f"the supervisor failed: {type(error).__name__} {error}"}

    def stop(self) -> None:
        """End the process, which ends those below it."""
        if self._process is not None and self._process.stdin and self._process.stdout:
            with suppress(OSError):
                self._process.stdin.close()
            try:
                self._process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process.stdout.close()
        if self._folder is not None:
            self._folder.cleanup()
        self._process = self._folder = None

    def _asked(self, job: dict[str, Any]) -> dict[str, Any]:
        process = self._started()
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(job).encode() + b"\n")
        process.stdin.flush()
        stop = time.monotonic() + job["limits"]["seconds"] + _PATIENCE
        if not select.select([process.stdout], [], [], max(0.0, stop - time.monotonic()))[0]:
            raise TimeoutError("no answer")
        facts: dict[str, Any] = json.loads(process.stdout.readline())
        return facts

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.stop()
            self._folder = tempfile.TemporaryDirectory(prefix="symposia-sandbox-")
            os.chmod(self._folder.name, 0o711)
            self._process = subprocess.Popen(
                command(self.level, self._folder.name, user_of(self.place)),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env=ENVIRONMENT,
                start_new_session=True,
            )
        return self._process


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
    """The first of two user ids for a supervisor, which no user has; None where this process is not root."""
    if os.getuid() != 0:
        return None
    first = _HIGH + os.getpid() % 1_000_000 * _PLACES
    with open("/proc/self/uid_map") as file:
        mapped = any(int(start) <= first < int(start) + int(count) for start, _, count in map(str.split, file))
    return (first if mapped else _LOW + os.getpid() % 400 * _PLACES) + 2 * place


class Pool:
    """The supervisors of a level."""

    def __init__(self, level: str, size: int) -> None:
        self.level = level
        self._free: SimpleQueue[Supervised] = SimpleQueue()
        for place in range(size):
            self._free.put(Supervised(level, place))

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(max(1, self._free.qsize()), thread_name_prefix=f"sandbox-{self.level}")

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


@cache
def pool(level: str) -> Pool:
    """The one pool of a level in this process."""
    return Pool(level, os.cpu_count() or 1)
