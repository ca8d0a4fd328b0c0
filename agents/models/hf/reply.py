"""Results from the engine's thread to the event loops that await them."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, TypeVar

from ...errors import SymposiaError

T = TypeVar("T")


class BadSession(SymposiaError):
    """A session was used after `close`, twice at once, or with another engine's sessions."""


class Outbox:
    """Callbacks from the engine's thread, collected by event loop; each loop is woken once a round for all of them.

    Tasks that get their tokens together therefore request the next ones together, in one batch.

    >>> async def answered():
    ...     outbox, reply = Outbox(), Reply()
    ...     reply.settle(outbox, "done")
    ...     outbox.flush()
    ...     return await reply.future
    >>> asyncio.run(answered())
    'done'
    """

    def __init__(self) -> None:
        self._news: dict[asyncio.AbstractEventLoop, list[Callable[[], None]]] = defaultdict(list)

    def add(self, loop: asyncio.AbstractEventLoop, news: Callable[[], None]) -> None:
        """Have the loop call `news` at the next flush."""
        self._news[loop].append(news)

    def flush(self) -> None:
        """Wake all loops with their callbacks; those of closed loops are dropped."""
        for loop, news in self._news.items():
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(_call_all, news)
        self._news.clear()


def _call_all(news: list[Callable[[], None]]) -> None:
    for call in news:
        call()


class Reply(Generic[T]):
    """The future result of one request, awaited in an event loop and set from the engine's thread.

    >>> async def failed():
    ...     outbox, reply = Outbox(), Reply()
    ...     reply.fail(outbox, BadSession("base: the session was closed. Open another one."))
    ...     outbox.flush()
    ...     await reply.future
    >>> asyncio.run(failed())
    Traceback (most recent call last):
    symposia.agents.models.hf.reply.BadSession: base: the session was closed. Open another one.
    """

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[T] = self.loop.create_future()

    @property
    def cancelled(self) -> bool:
        """True if the caller has cancelled the request."""
        return self.future.cancelled()

    def settle(self, outbox: Outbox, value: T) -> None:
        """Set the result at the outbox's next flush."""
        outbox.add(self.loop, lambda: None if self.future.done() else self.future.set_result(value))

    def fail(self, outbox: Outbox, error: BaseException) -> None:
        """Set an exception at the outbox's next flush."""
        outbox.add(self.loop, lambda: None if self.future.done() else self.future.set_exception(error))
