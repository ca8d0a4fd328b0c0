"""The requests of one process that wait for a reply: sent, sent again, given up.

A request goes to all who make its agent, one of whom takes it. Whoever has it says so every second. It is sent again
where nobody has said so for a while, and where whoever had it fell silent; to a second one where the first is slow, if
that was asked for. The first reply counts, whichever it is; the others are no longer waited for.
"""

import asyncio
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from secrets import token_hex
from time import monotonic
from typing import Any, Final

from autogen_core import AgentId

from ...errors import CannotHandle, ModelUnavailable
from ...failure import Failure
from ...message import Message
from ..errors import late
from .connection import NOBODY, NOT_ALLOWED
from .frame import Frame, Header, packed
from .gates import Gates
from .transfers import CHUNK, chunks

FIRST: Final = 3.0
"""The seconds after which a request of which nobody spoke is sent again; twice as many each time."""

LONGEST: Final = 30.0
LEASE: Final = 4.0
"""The seconds after which whoever has a request, and said nothing, has lost it."""

ABSENT: Final = 15.0
"""The seconds for which nobody may offer an agent that is asked for, while workers start or are restarted."""

AGAIN: Final = 1.0
"""The seconds after which a request that reached nobody is sent again."""

TICK: Final = 0.25


@dataclass
class Request:
    """A request that waits: what was sent, to whom it went, and when somebody last spoke of it."""

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
    hedged: bool = False

    def due(self, now: float, hedge: float | None) -> bool:
        """True if it is to be sent again."""
        if not self.attempts or (self.absent is not None and now - self.sent > AGAIN):
            return True
        if self.heard is None:
            return now - self.sent > min(FIRST * 2 ** (self.attempts - 1), LONGEST)
        if hedge is not None and now - self.sent > hedge:
            return True
        return now - max(self.heard, self.sent) > LEASE


class Asking:
    """The outstanding requests of a process, as many of them on their way at once as the `gates` let through.

    With `hedge`, one that keeps no state is given to a second process where the first has not answered in so many
    seconds.
    """

    def __init__(self, process: str, outbox: "Outbox", gates: Gates, *, hedge: float | None = None) -> None:
        self.process = process
        self.hedge = hedge
        self.gates = gates
        self.counts = {"asked": 0, "sent again": 0, "hedged": 0, "replies twice": 0}
        self._outbox = outbox
        self._name = token_hex(8)
        self._waiting: dict[str, Request] = {}
        self._bound: dict[AgentId, str] = {}
        self._ticking: asyncio.Task[None] | None = None

    async def ask(  # noqa: PLR0913 - a message's properties
        self,
        agent: AgentId,
        message: Message | None,
        *,
        what: str = "handle",
        state: Any = None,  # noqa: ANN401 - JSON
        sender: AgentId | None = None,
        deadline: float | None = None,
    ) -> Frame:
        """The frame that replies to a request.

        Raises the agent's error, `DeadlineExceeded`, `ModelUnavailable` where nobody offers the agent, `BadMessage`.
        """
        self.counts["asked"] += 1
        fields: dict[str, Any] = {"what": what, "left": deadline, "sender": str(sender) if sender else None}
        header = Header(
            kind="ask", id=f"{self._name}-{self.counts['asked']}", by=self.process, to=str(agent), **fields
        )
        data = packed(header, message, state)
        async with nullcontext() if agent in self._bound else self.gates.through(agent.type):
            until = None if deadline is None else monotonic() + deadline
            reply: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
            request = Request(header, data, agent, reply, until, self._bound.get(agent))
            self._waiting[header.id] = request
            self._send(request)
            self._tick()
            try:
                async with asyncio.timeout(deadline):
                    found = await reply
            except TimeoutError:
                self._cancel(request)
                raise late(agent, deadline or 0.0) from None
            except asyncio.CancelledError:
                self._cancel(request)
                raise
            finally:
                self._waiting.pop(header.id, None)
        if found.header.kind == "failure":
            failure = found.message()
            raise failure.error() if isinstance(failure, Failure) else CannotHandle(f"{agent}: failed, as {failure}.")
        return found

    def received(self, frame: Frame) -> None:
        """Take a reply, or note that a request is being worked on."""
        header = frame.header
        now = monotonic()
        if header.kind == "busy":
            for name in header.ids:
                request = self._waiting.get(name)
                if request is not None:
                    request.heard, request.at, request.absent = now, request.at or header.by, None
            return
        request = self._waiting.get(header.id)
        if request is None or request.reply.done():
            self.counts["replies twice"] += header.kind != "fetch"
        elif header.kind == "fetch":
            request.heard = now
            for piece in chunks(request.data, f"{header.id}/{header.attempt}", self.process):
                self._outbox.to_process(header.by, piece)
        else:
            if header.bound:
                self._bound[request.agent] = header.by
            request.reply.set_result(frame)
            if request.hedged:
                self._outbox.stop(request.agent, self._told("cancel", request))

    def gone(self, process: str) -> None:
        """Note that a process is gone: what it had is sent to another."""
        for agent in [agent for agent, at in self._bound.items() if at == process]:
            del self._bound[agent]
        for request in self._waiting.values():
            if request.at == process:
                request.at = request.heard = None
                self._send(request)

    def connected(self) -> None:
        """Send again what was on its way when the connection was lost."""
        for request in self._waiting.values():
            self._send(request)

    def stop(self, error: Exception) -> None:
        """Fail all that waits."""
        if self._ticking is not None:
            self._ticking.cancel()
            self._ticking = None
        for request in self._waiting.values():
            if not request.reply.done():
                request.reply.set_exception(error)

    def _send(self, request: Request) -> None:
        if request.reply.done():
            return
        left = None if request.until is None else max(0.0, request.until - monotonic())
        header = request.header.model_copy(update={"attempt": request.attempts + 1, "left": left})
        data = self._whole(request, header) if request.at is None or len(request.data) <= CHUNK else None
        request.sent = monotonic()

        def refused(code: int) -> None:
            self._refused(request, code)

        if request.at is None:
            sent = self._outbox.to_agent(request.agent, data or request.data, left, refused)
        else:
            pieces = [data] if data else chunks(request.data, f"{header.id}/{header.attempt}", self.process)
            sent = all([self._outbox.to_process(request.at, piece, refused) for piece in pieces])
        if sent and request.at is not None:
            request.absent = None
        if sent:
            self.counts["sent again"] += request.attempts > 0
            request.attempts += 1

    def _whole(self, request: Request, header: Header) -> bytes:
        """The request as one message: without its body where that is too large, which is then fetched."""
        if len(request.data) > CHUNK:
            return packed(header.model_copy(update={"bytes": len(request.data)}))
        if header.attempt == 1:
            return request.data
        return Frame.read(request.data).again(header)

    def _refused(self, request: Request, code: int) -> None:
        if request.reply.done() or code not in (NOBODY, NOT_ALLOWED):
            return
        if code == NOT_ALLOWED:
            request.reply.set_exception(
                CannotHandle(f"{request.agent}: the broker does not let {self.process} ask it. Ask whoever keeps it.")
            )
        elif request.at is not None:
            self.gone(request.at)
        elif request.absent is None:
            request.absent = monotonic()
        elif monotonic() - request.absent > ABSENT:
            request.reply.set_exception(
                ModelUnavailable(
                    f"{request.agent}: no worker offers it. Start one: symposia worker FILE --runtime mqtt://HOST."
                )
            )

    def _cancel(self, request: Request) -> None:
        self._outbox.stop(request.agent, self._told("cancel", request))

    def _told(self, kind: Any, request: Request) -> bytes:  # noqa: ANN401 - a kind of frame
        return packed(Header(kind=kind, id=request.header.id, by=self.process))

    def _tick(self) -> None:
        if self._ticking is None or self._ticking.done():
            self._ticking = asyncio.create_task(self._again())

    async def _again(self) -> None:
        """Send again what is due, while anything waits."""
        while self._waiting:
            await asyncio.sleep(TICK)
            now = monotonic()
            for request in list(self._waiting.values()):
                if not request.reply.done() and request.due(now, self.hedge):
                    slow = request.heard is not None and now - request.heard <= LEASE
                    if slow:
                        request.hedged = True
                        self.counts["hedged"] += 1
                    elif request.at is not None:
                        self._bound.pop(request.agent, None)
                    if not slow or not self._bound.get(request.agent):
                        request.at = None
                        self._send(request)


class Outbox:
    """Where a process sends bytes: to the makers of an agent, to one process, and to who should stop."""

    def __init__(self, publish: Callable[..., bool], topics: Any, user: str) -> None:  # noqa: ANN401
        self._publish, self._topics, self._user = publish, topics, user

    def to_agent(self, agent: AgentId, data: bytes, seconds: float | None, refused: Callable[[int], None]) -> bool:
        """Send a request to whoever makes an agent."""
        return self._publish(self._topics.ask(agent, self._user), data, seconds=seconds, refused=refused)

    def to_process(self, process: str, data: bytes, refused: Callable[[int], None] | None = None) -> bool:
        """Send bytes to one process."""
        return self._publish(self._topics.inbox(process, self._user), data, refused=refused)

    def stop(self, agent: AgentId, data: bytes) -> bool:
        """Tell the makers of an agent to stop."""
        return self._publish(self._topics.stop(agent.type, self._user), data)
