"""A served team as a tool of the Model Context Protocol, by its library `mcp`: `ask`, a question to an answer."""

from collections.abc import Awaitable, Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

from pydantic import BaseModel, Field
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ... import __version__
from ...agents.errors import MissingCapability
from ...agents.turn import Turn
from .access import Token
from .asking import answers, asked_by
from .call import Call
from .errors import Refused, is_told, refusal
from .fields import Repeated, parsed
from .forms import FINISH, usage_of
from .offered import find
from .service import Service

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

PATH: Final = "/mcp"
"""The page of the server, over HTTP."""

Ask: TypeAlias = Callable[..., Awaitable["Told"]]


class Spent(BaseModel):
    """What all calls that led to an answer cost; `cost` in US dollars, null where it is unknown.

    >>> Spent(prompt_tokens=5, completion_tokens=1, total_tokens=6, calls=1).cost is None
    True
    """

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    calls: int
    cost: float | None = None


class Told(BaseModel):
    """An answer as a tool gives it: its text, how it ended, who gave it, and what it cost.

    >>> spent = Spent(prompt_tokens=5, completion_tokens=1, total_tokens=6, calls=1)
    >>> Told(answer="four", finish="stop", model="debate", usage=spent).answer
    'four'
    """

    answer: str
    finish: str
    model: str
    usage: Spent


def mcp_server(service: Service) -> "MCPServer[Any]":
    """The server whose tool `ask` asks what the service offers, first of all the team."""
    check_library()
    from mcp.server.mcpserver import MCPServer

    names = [one.name for one in service.offered]
    words = f"Ask {names[0]}, a language model or a team of them, one question; it remembers nothing between calls."
    server: MCPServer[Any] = MCPServer("symposia", instructions=words, version=__version__, log_level="WARNING")
    others = f" With `model`, a member of it: {', '.join(names[1:])}." if names[1:] else ""
    server.add_tool(asker(service), name="ask", title=f"Ask {names[0]}", description=words + others)
    return server


def asker(service: Service) -> Ask:
    """The function of the tool."""
    from mcp.server.mcpserver.exceptions import ToolError

    async def ask(
        question: Annotated[str, Field(min_length=1, description="The question, with all that is needed for it.")],
        model: Annotated[str | None, Field(description="Who is asked; the team by default.")] = None,
        seed: Annotated[int | None, Field(description="Equal seeds give equal answers.")] = None,
        max_tokens: Annotated[int | None, Field(ge=1, description="The most tokens of a text.")] = None,
    ) -> Told:
        call = Call({})
        try:
            one = find(service.offered, model or service.offered[0].name)
            given = parsed(Repeated, {"model": one.name, "seed": seed, "max_tokens": max_tokens})
            asked = asked_by(one, given, (Turn("user", question),))
            async with service.gate.enter():
                (said,) = await answers(service, call, one, asked, 1)
        except Exception as error:  # noqa: BLE001 - every error is told, those from behind the server in general words
            if not is_told(error):
                service.log(f"{call.id}: {type(error).__name__}: {error}")
            raise ToolError(str(refusal(error, call.id))) from None
        spent = Spent(**usage_of([said.usage]))
        return Told(answer=said.answer.text, finish=FINISH[said.answer.finish], model=one.name, usage=spent)

    return ask


class Guarded:
    """An ASGI application for those who show the token; all others get a 401.

    >>> import asyncio
    >>> async def inner(scope, receive, send):
    ...     await send({"type": "inner"})
    >>> async def asked(headers):
    ...     sent = []
    ...     async def send(message):
    ...         sent.append(message.get("status", message["type"]))
    ...     guarded = Guarded(inner, Token("a secret of many letters"))
    ...     await guarded({"type": "http", "headers": headers}, None, send)
    ...     return sent[0]
    >>> shown = [(b"authorization", b"Bearer a secret of many letters")]
    >>> asyncio.run(asked(shown)), asyncio.run(asked([]))
    ('inner', 401)
    """

    def __init__(self, inner: ASGIApp, token: Token) -> None:
        self._inner, self._token = inner, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        try:
            if scope["type"] == "http":
                self._token.check(Headers(scope=scope))
        except Refused as error:
            await JSONResponse(error.body(), error.status, headers=error.headers())(scope, receive, send)
            return
        await self._inner(scope, receive, send)


def application(service: Service, host: str) -> ASGIApp:
    """The server over streamable HTTP at `/mcp`, for those who show the token of the service."""
    return Guarded(mcp_server(service).streamable_http_app(streamable_http_path=PATH, host=host), service.token)


def check_library() -> None:
    """Raise `MissingCapability` where `mcp` is not installed."""
    if find_spec("mcp") is None:
        raise MissingCapability("mcp: the library mcp is not installed. pip install 'symposia[mcp]'.")
