"""A request that waits for its reply, and when it is sent again."""

import asyncio
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from autogen_core import AgentId

from .frame import Frame, Header, packed
from .transfers import CHUNK

FIRST: Final = 3.0
"""The seconds after which a request of which nobody spoke is sent again; twice as many each time."""

LONGEST: Final = 30.0
TRIES: Final = 10
"""The times that a request is sent again without a word of anybody before its asker gives up: some four minutes."""

LEASE: Final = 4.0
"""The seconds after which whoever has a request, and said nothing, has lost it."""

AGAIN: Final = 1.0
"""The seconds after which a request that reached nobody is sent again."""


@dataclass
class Request:
    """A request that waits: what was sent, to whom it went, and when somebody last spoke of it.

    `at` is the process that has it, `absent` the time since which it reached nobody; times are monotonic seconds.
    `unheard` is how often it was sent again since anybody spoke of it.

    >>> async def left():
    ...     reply = asyncio.get_running_loop().create_future()
    ...     header = Header(kind="ask", id="a-1", by="alice/run", to="amber/q")
    ...     return Request(header, packed(header), AgentId("amber", "q"), reply, None).left()
    >>> asyncio.run(left()) is None
    True
    """

    header: Header
    data: bytes
    agent: AgentId
    reply: "asyncio.Future[Frame]"
    until: float | None
    at: str | None = None
    began: float = field(default_factory=monotonic)
    sent: float = 0.0
    heard: float | None = None
    absent: float | None = None
    attempts: int = 0
    unheard: int = 0
    hedged: bool = False

    def due(self, now: float, hedge: float | None) -> bool:
        """True if it is to be sent again."""
        if not self.attempts or (self.absent is not None and now - self.sent > AGAIN):
            return True
        if self.heard is None:
            return now - self.sent > min(FIRST * 2.0 ** (self.attempts - 1), LONGEST)
        if hedge is not None and now - self.sent > hedge:
            return True
        return now - max(self.heard, self.sent) > LEASE

    def left(self) -> float | None:
        """The seconds until its asker gives up; None where it never does."""
        return None if self.until is None else max(0.0, self.until - monotonic())

    def told(self) -> Header:
        """The header with which it is sent now."""
        return self.header.model_copy(update={"attempt": self.attempts + 1, "left": self.left()})

    def whole(self, header: Header) -> bytes:
        """The request as one message: without its body where that is too large, which is then fetched."""
        if len(self.data) > CHUNK:
            return packed(header.model_copy(update={"bytes": len(self.data)}))
        return self.data if header.attempt == 1 else Frame.read(self.data).again(header)
