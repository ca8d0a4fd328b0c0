"""Supervisors, as many as there are processors: each runs one program at a time, and programs wait for a free one."""

import asyncio
import atexit
import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache, cached_property
from queue import SimpleQueue
from typing import Any

from .limits import Limits
from .supervised import Job, Supervised


class Pool:
    """The supervisors of a level.

    >>> [one.place for one in Pool("landlock", 2).supervised]
    [0, 1]
    """

    def __init__(self, level: str, size: int) -> None:
        self.level, self._owner = level, os.getpid()
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
        """End the supervisors; the next job starts one again. A fork of the process that has them ends none."""
        for one in self.supervised if os.getpid() == self._owner else ():
            one.stop()


def pool(level: str) -> Pool:
    """The one pool of a level in this process."""
    return _pool(level, os.getpid())


@cache
def _pool(level: str, process: int) -> Pool:
    """A fork of a process has a pool of its own."""
    made = Pool(level, os.cpu_count() or 1)
    atexit.register(made.close)
    return made
