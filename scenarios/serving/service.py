"""What the endpoints share, and how each of them is run: authorised, counted, and cancelled when its client leaves."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, Final, TypeAlias

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from ...agents.event import Event
from ..reporting.untrusted import plain
from .access import Token
from .call import Call, body_of, left
from .errors import Refused, is_told, refusal
from .gate import Gate
from .metrics import Metrics
from .offered import Offered
from .traces import progress

LEFT: Final = 499
"""The status under which a request is counted whose client left."""

Log: TypeAlias = Callable[[str], None]


@dataclass(frozen=True)
class Service:
    """What is offered, to whom, how much at once, what is counted, and where traces and log lines go.

    >>> Service([], Token("a secret of many letters"), Gate(2, 8)).traces is None
    True
    """

    offered: list[Offered]
    token: Token
    gate: Gate
    traces: Path | None = None
    log: Log = lambda line: None
    metrics: Metrics = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "metrics", Metrics(self.gate))


Work: TypeAlias = Callable[[Service, Call], Awaitable[Mapping[str, Any] | None]]
"""What an endpoint does: it returns JSON, or sends events and returns None."""


class Endpoint:
    """An endpoint that works on a JSON request, as an ASGI application.

    >>> async def nothing(service, call):
    ...     return {}
    >>> Endpoint("nothing", Service([], Token("a secret of many letters"), Gate(2, 8)), nothing).name
    'nothing'
    """

    def __init__(self, name: str, service: Service, work: Work) -> None:
        self.name, self.service, self.work = name, service, work

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; its work is cancelled as soon as the client leaves."""
        began, status = monotonic(), LEFT
        try:
            self.service.token.check(Headers(scope=scope))
            call = Call(await body_of(Request(scope, receive)))
            status = await self._answered(call, receive, send)
        except ClientDisconnect:
            pass
        except Refused as error:
            status = error.status
            await reply(send, error.status, error.body(), error.headers())
        finally:
            self.service.metrics.ended(self.name, status, monotonic() - began)

    async def _answered(self, call: Call, receive: Receive, send: Send) -> int:
        """Work on a call while its client is there; returns the status."""
        work = asyncio.ensure_future(self.work(self.service, call))
        leaving = asyncio.ensure_future(left(receive))
        leaving.add_done_callback(lambda _: work.cancel())
        work.add_done_callback(lambda _: call.events.end())
        try:
            return await self._sent(call, work, send)
        finally:
            leaving.cancel()
            work.cancel()
            await asyncio.wait([work, leaving])

    async def _sent(self, call: Call, work: "asyncio.Future[Mapping[str, Any] | None]", send: Send) -> int:
        """Send what comes of a call: its JSON or its events, and the error it ends with."""
        first = await call.events.queue.get()
        if first is None:
            return await self._whole(call, work, send)
        headers = {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store"}
        await start(send, 200, headers | {"x-request-id": call.id})
        while first is not None:
            await send({"type": "http.response.body", "body": first, "more_body": True})
            first = await call.events.queue.get()
        if work.cancelled():
            return LEFT
        if error := self._error(call, work):
            last = f"data: {json.dumps(error.body())}\n\n".encode()
            await send({"type": "http.response.body", "body": last, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
        return error.status if error else 200

    async def _whole(self, call: Call, work: "asyncio.Future[Mapping[str, Any] | None]", send: Send) -> int:
        if work.cancelled():
            return LEFT
        if error := self._error(call, work):
            await reply(send, error.status, error.body(), error.headers() | {"x-request-id": call.id})
            return error.status
        await reply(send, 200, work.result() or {}, {"x-request-id": call.id})
        return 200

    def _error(self, call: Call, work: "asyncio.Future[Mapping[str, Any] | None]") -> Refused | None:
        """The error of a call as its client is told, noted in the log where that hides it."""
        error = work.exception()
        if error is None:
            return None
        if not isinstance(error, Exception):
            raise error
        if not is_told(error):
            self.service.log(plain(f"{call.id}: {type(error).__name__}: {error}"))
        return refusal(error, call.id)


def watching(call: Call, stream: bool) -> Callable[[Event], None]:
    """A watcher of a trace that tells a stream who is asked and who answered."""

    def watch(event: Event) -> None:
        if stream and (said := progress(event)):
            call.events.comment("progress", said)

    return watch


async def start(send: Send, status: int, headers: Mapping[str, str]) -> None:
    """Begin a response."""
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})


async def reply(send: Send, status: int, content: Mapping[str, Any], headers: Mapping[str, str]) -> None:
    """Send a whole response of JSON."""
    body = json.dumps(content).encode()
    sized = {"content-type": "application/json", "content-length": str(len(body)), **headers}
    await start(send, status, sized)
    await send({"type": "http.response.body", "body": body})
