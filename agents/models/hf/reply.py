"""From the model's thread back to the event loops that wait."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, TypeVar

from ...errors import SymposiaError

T = TypeVar("T")


class BadSession(SymposiaError):
    """A session was used in a way it cannot be: after `close`, or in two places at once."""


class Outbox:
    """What the model's thread has to tell event loops. Each loop is woken once for all of its news.

    Waking once is also what lets the tasks that got their tokens together ask for the next ones together.
    """

    def __init__(self) -> None:
        self._news: dict[asyncio.AbstractEventLoop, list[Callable[[], None]]] = defaultdict(list)

    def add(self, loop: asyncio.AbstractEventLoop, news: Callable[[], None]) -> None:
        """Have the loop call this at the next flush."""
        self._news[loop].append(news)

    def flush(self) -> None:
        """Tell everyone. A loop that is closed has no one left who waits."""
        for loop, news in self._news.items():
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(_call_all, news)
        self._news.clear()


def _call_all(news: list[Callable[[], None]]) -> None:
    for call in news:
        call()


class Reply(Generic[T]):
    """The answer to one request, awaited in an event loop and settled from the model's thread."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[T] = self.loop.create_future()

    @property
    def cancelled(self) -> bool:
        """Whether whoever asked has gone away."""
        return self.future.cancelled()

    def settle(self, outbox: Outbox, value: T) -> None:
        """Answer with a value."""
        outbox.add(self.loop, lambda: None if self.future.done() else self.future.set_result(value))

    def fail(self, outbox: Outbox, error: BaseException) -> None:
        """Answer with an error."""
        outbox.add(self.loop, lambda: None if self.future.done() else self.future.set_exception(error))
