"""The server of the page: on this machine alone, and only for who knows its token."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from secrets import compare_digest
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from ...agents.errors import SymposiaError
from ..reporting.untrusted import plain
from .page import as_json, page
from .runs import Runs

Handler = Callable[[Request], Awaitable[Response]]

EVERY: Final = 0.5
"""The seconds between two looks at the size of a trace."""
BEAT: Final = 20
"""After so many looks without news, a line is sent all the same, so that a lost client is noticed."""
LONGEST: Final = 2_000_000
"""The bytes that a request to fork may have."""

HEADERS: Final = {"cache-control": "no-store", "x-content-type-options": "nosniff", "referrer-policy": "no-referrer"}


def application(runs: Runs, token: str, hosts: frozenset[str]) -> Starlette:
    """The application: `/`, `/document`, `/events` and `/fork`. `hosts` are the names that it may be asked under."""

    async def shown(_: Request) -> Response:
        return HTMLResponse(page(None), headers=HEADERS)

    async def document(_: Request) -> Response:
        try:
            found = await asyncio.to_thread(runs.document)
        except SymposiaError as error:
            return refused(409, str(error))
        return Response(as_json(found), media_type="application/json", headers=HEADERS)

    async def events(request: Request) -> Response:
        return StreamingResponse(news(request, runs), media_type="text/event-stream", headers=HEADERS)

    async def fork(request: Request) -> Response:
        return await forked(request, runs)

    routes: list[tuple[str, Handler, str]] = [
        ("/", shown, "GET"),
        ("/document", document, "GET"),
        ("/events", events, "GET"),
        ("/fork", fork, "POST"),
    ]
    return Starlette(
        routes=[Route(path, guarded(handler, token, hosts), methods=[method]) for path, handler, method in routes]
    )


def guarded(handler: Handler, token: str, hosts: frozenset[str]) -> Handler:
    """A handler for who has the token, asks under one of these hosts, and comes from no other site."""

    async def checked(request: Request) -> Response:
        host, origin = request.headers.get("host", ""), request.headers.get("origin")
        if host not in hosts or (origin is not None and origin not in {f"http://{one}" for one in hosts}):
            return refused(403, "Only this machine's own page is answered.")
        if not compare_digest(request.query_params.get("token", "").encode(), token.encode()):
            return refused(403, "The token is missing or wrong. Open the address that `symposia view` printed.")
        return await handler(request)

    return checked


async def news(request: Request, runs: Runs) -> AsyncIterator[str]:
    """A server-sent event whenever a run has grown."""
    before, quiet = runs.sizes(), 0
    yield ": begun\n\n"
    while not await request.is_disconnected():
        await asyncio.sleep(max(EVERY, 2 * runs.took))
        now, quiet = runs.sizes(), quiet + 1
        if now != before:
            before, quiet = now, 0
            yield f"event: grown\ndata: {sum(now)}\n\n"
        elif quiet % BEAT == 0:
            yield ": still here\n\n"


async def forked(request: Request, runs: Runs) -> Response:
    """Fork a run as a page asks: `{"directory": .., "event": .., "text": ..}`; answers with the new directory."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LONGEST:
            return refused(413, f"A fork's text has at most {LONGEST:,} bytes.")
    try:
        wanted = json.loads(body)
        directory, event, text = Path(wanted["directory"]), int(wanted["event"]), str(wanted["text"])
    except (ValueError, KeyError, TypeError):
        return refused(400, 'Send {"directory": .., "event": .., "text": ..}.')
    try:
        made = await asyncio.to_thread(runs.fork, directory, event, text)
    except SymposiaError as error:
        return refused(409, str(error))
    return JSONResponse({"directory": str(made)}, headers=HEADERS)


def refused(status: int, why: str) -> Response:
    """An answer that says why there is none."""
    return JSONResponse({"error": plain(why)}, status_code=status, headers=HEADERS)
