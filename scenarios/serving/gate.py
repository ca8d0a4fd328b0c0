"""How many requests are answered at once, and how many wait."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from .errors import Refused


class Gate:
    """Lets `concurrency` requests work at once and `queue` wait, first come first served; more are refused.

    >>> async def through(gate):
    ...     async with gate.enter():
    ...         return gate.running, gate.waiting
    >>> asyncio.run(through(Gate(concurrency=1, queue=0)))
    (1, 0)
    """

    def __init__(self, concurrency: int, queue: int) -> None:
        self.concurrency, self.queue = concurrency, queue
        self.running = self.waiting = 0
        self.closed = False
        self._slots = asyncio.Semaphore(concurrency)

    @asynccontextmanager
    async def enter(self) -> AsyncIterator[None]:
        """A context with a place at work. Raises `Refused`: 429 where the queue is full, 503 during a shutdown."""
        self._check_open()
        if self.running >= self.concurrency and self.waiting >= self.queue:
            raise Refused(429, f"busy: {self.waiting} requests wait already. Ask again later.", code="queue_full")
        self.waiting += 1
        try:
            await self._slots.acquire()
        finally:
            self.waiting -= 1
        self.running += 1
        try:
            self._check_open()
            yield
        finally:
            self.running -= 1
            self._slots.release()

    def close(self) -> None:
        """Refuse new requests and those that wait; those at work go on."""
        self.closed = True

    def _check_open(self) -> None:
        if self.closed:
            raise Refused(503, "the server is shutting down. Ask another one.", code="shutting_down")
