"""How many requests of a process are on their way to the makers of each type of agents: as many as those take at once.

What waits, waits where it was asked for. In the broker's queue it would be taken for lost, and be sent again.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

UNKNOWN: Final = 8
"""The requests on their way to agents that nobody has offered yet: an offer may be late."""


class Gates:
    """Lets as many requests through, by type, as `capacity` says.

    >>> async def through(gates):
    ...     async with gates.through("amber"):
    ...         return gates.inside["amber"]
    >>> asyncio.run(through(Gates(lambda kind: 1)))
    1
    """

    def __init__(self, capacity: Callable[[str], int]) -> None:
        self.inside: dict[str, int] = {}
        self._capacity = capacity
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    @asynccontextmanager
    async def through(self, kind: str) -> AsyncIterator[None]:
        """A context manager: one request of this type, first come, first served."""
        waiting = self._waiting.setdefault(kind, deque())
        if waiting or self._full(kind):
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            waiting.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self._leave(kind)
                raise
        else:
            self.inside[kind] = self.inside.get(kind, 0) + 1
        try:
            yield
        finally:
            self._leave(kind)

    def changed(self) -> None:
        """Let through what the capacities, which have changed, allow now."""
        for kind in self._waiting:
            self._admit(kind)

    def _full(self, kind: str) -> bool:
        return self.inside.get(kind, 0) >= (self._capacity(kind) or UNKNOWN)

    def _leave(self, kind: str) -> None:
        self.inside[kind] -= 1
        self._admit(kind)

    def _admit(self, kind: str) -> None:
        waiting = self._waiting.get(kind, deque())
        while waiting and not self._full(kind):
            turn = waiting.popleft()
            if not turn.done():
                self.inside[kind] = self.inside.get(kind, 0) + 1
                turn.set_result(None)
