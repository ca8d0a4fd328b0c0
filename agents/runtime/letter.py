"""A letter: work for an agent, and who waits for its reply."""

from asyncio import Future, TimerHandle
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol

from autogen_core import Agent, CancellationToken

Work = Callable[[Agent], Awaitable[Any]]


class Handling(Protocol):
    """A handler of letters one at a time, as a mailbox is: `current` is the letter being handled."""

    current: "Letter | None"


@dataclass(slots=True, eq=False)
class Letter:
    """A message on its way to an agent: the work to do, and the future of its reply, None for a published message.

    A `dropped` letter is not delivered, or its handler has been cancelled. `token` is the one its handler may look at:
    if that is cancelled, a handler that ends by it has not failed. `asks` are the letters whose replies its
    handler awaits, with their mailboxes.

    >>> async def work(agent):
    ...     return await agent.save_state()
    >>> Letter(work).reply is None
    True
    """

    work: Work
    reply: Future[Any] | None = None
    timer: TimerHandle | None = None
    dropped: bool = False
    token: CancellationToken | None = None
    asks: "dict[Letter, Handling]" = field(default_factory=dict)

    def close(self) -> None:
        """Cancel its deadline."""
        if self.timer is not None:
            self.timer.cancel()


handling: ContextVar[Letter | None] = ContextVar("handling", default=None)
