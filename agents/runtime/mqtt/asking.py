"""The requests of one process that wait for a reply: sent, sent again, given up.

A request goes to all who make its agent, one of whom takes it. Whoever has it says so every second. It is sent again
where nobody has said so for a while, and where whoever had it fell silent; to a second one where the first is slow, if
that was asked for. The first reply counts, whichever it is; the others are no longer waited for.
"""

import asyncio
from contextlib import nullcontext
from functools import partial
from secrets import token_hex
from time import monotonic
from typing import Any, Final

from autogen_core import AgentId

from ...errors import CannotHandle, ModelUnavailable
from ...failure import Failure
from ...message import Message
from ..errors import late
from .client import NOBODY, NOT_ALLOWED
from .frame import Frame, Header, packed
from .gates import Gates
from .outbox import Outbox
from .requests import LEASE, TRIES, Request
from .transfers import CHUNK, chunks

ABSENT: Final = 15.0
"""The seconds for which nobody may offer an agent that is asked for, while workers start or are restarted."""

TICK: Final = 0.25


class Asking:
    """The outstanding requests of a process, as many of them on their way at once as the `gates` let through.

    With `hedge`, one that keeps no state goes to a second process where the first has not answered in so many seconds.

    >>> Asking("alice/run", None, Gates(lambda kind: 8)).counts["asked"]
    0
    """

    def __init__(self, process: str, outbox: Outbox, gates: Gates, *, hedge: float | None = None) -> None:
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
        name = f"{self._name}-{self.counts['asked']}"
        header = Header(kind="ask", id=name, by=self.process, to=str(agent), **fields)
        data = packed(header, message, state)
        async with nullcontext() if agent in self._bound else self.gates.through(agent.type):
            until = None if deadline is None else monotonic() + deadline
            reply: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
            found = await self._replied(Request(header, data, agent, reply, until, self._bound.get(agent)))
        if found.header.kind == "failure":
            failure = found.message()
            raise failure.error() if isinstance(failure, Failure) else CannotHandle(f"{agent}: failed, as {failure}.")
        return found

    async def _replied(self, request: Request) -> Frame:
        """The reply to a request that is sent now."""
        self._waiting[request.header.id] = request
        self._send(request)
        self._tick()
        try:
            async with asyncio.timeout(request.left()):
                return await request.reply
        except TimeoutError:
            self._cancel(request)
            raise late(request.agent, request.header.left or 0.0) from None
        except asyncio.CancelledError:
            self._cancel(request)
            raise
        finally:
            self._waiting.pop(request.header.id, None)

    def received(self, frame: Frame) -> None:
        """Take a reply, send what is fetched, or note that requests are being worked on."""
        header = frame.header
        if header.kind == "busy":
            for name in header.ids:
                self._heard(name, header.by)
            return
        request = self._waiting.get(header.id)
        if request is None or request.reply.done():
            self.counts["replies twice"] += header.kind != "fetch"
        elif header.kind == "fetch":
            self._heard(header.id, header.by)
            for piece in chunks(request.data, f"{header.id}/{header.attempt}", self.process):
                self._outbox.to_process(header.by, piece)
        else:
            if header.bound:
                self._bound[request.agent] = header.by
            request.reply.set_result(frame)
            if request.hedged:
                self._cancel(request)

    def _heard(self, name: str, by: str) -> None:
        request = self._waiting.get(name)
        if request is not None:
            request.heard, request.at, request.absent = monotonic(), request.at or by, None
            request.unheard = 0

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
        header, request.sent = request.told(), monotonic()
        refused = partial(self._refused, request)
        if request.at is None:
            sent = self._outbox.to_agent(request.agent, request.whole(header), header.left, refused)
        else:
            small = len(request.data) <= CHUNK
            name = f"{header.id}/{header.attempt}"
            pieces = [request.whole(header)] if small else chunks(request.data, name, self.process)
            sent = all([self._outbox.to_process(request.at, piece, refused) for piece in pieces])
            request.absent = None
        if sent:
            self.counts["sent again"] += request.attempts > 0
            request.attempts += 1

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
        cancel = packed(Header(kind="cancel", id=request.header.id, by=self.process))
        self._outbox.stop(request.agent, cancel)

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
                    self._send_again(request, slow=request.heard is not None and now - request.heard <= LEASE)

    def _send_again(self, request: Request, *, slow: bool) -> None:
        """Send a request to whoever takes it: who had it is `slow`, or silent."""
        if slow and request.agent in self._bound:
            return
        if request.unheard >= TRIES and request.absent is None:
            request.reply.set_exception(
                ModelUnavailable(
                    f"{request.agent}: was asked {request.attempts} times, and nobody said a word. Whoever offers it "
                    "may be of another version: symposia workers --runtime mqtt://HOST lists them."
                )
            )
            return
        request.unheard += not slow
        request.hedged |= slow
        self.counts["hedged"] += slow
        if request.at is not None and not slow:
            self._bound.pop(request.agent, None)
        request.at = None
        self._send(request)
