"""The application: its pages, and who may see them."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .chat import chat
from .completions import completions
from .errors import Refused
from .metrics import CONTENT_TYPE
from .offered import Offered, find
from .responses import responses
from .service import Endpoint, Service

Page: TypeAlias = Callable[[Request], Awaitable[Response]]


def application(service: Service) -> Starlette:
    """The API of a service, as an ASGI application."""
    work = {"chat/completions": chat, "completions": completions, "responses": responses}
    routes = [Route(f"/v1/{path}", Endpoint(path, service, does), methods=["POST"]) for path, does in work.items()]
    routes += [
        Route("/v1/models", guarded(service, lambda request: listing(service))),
        Route("/v1/models/{name:path}", guarded(service, lambda request: described(service, request))),
        Route("/metrics", guarded(service, lambda request: Response(service.metrics.page(), media_type=CONTENT_TYPE))),
        Route("/health", guarded(service, lambda request: health(service), everyone=True)),
    ]
    return Starlette(routes=routes, exception_handlers={HTTPException: not_here, Refused: told})


def guarded(service: Service, page: Callable[[Request], Response], *, everyone: bool = False) -> Page:
    """A page for those who show the token, or for everyone."""

    async def shown(request: Request) -> Response:
        if not everyone:
            service.token.check(request.headers)
        return page(request)

    return shown


def listing(service: Service) -> Response:
    """All that is offered."""
    return JSONResponse({"object": "list", "data": [about(one) for one in service.offered]})


def described(service: Service, request: Request) -> Response:
    """What is offered under a name. Raises `Refused`."""
    return JSONResponse(about(find(service.offered, request.path_params["name"])))


def about(one: Offered) -> dict[str, Any]:
    """A model or team in the list of models."""
    return {"id": one.name, "object": "model", "created": one.created, "owned_by": "symposia"}


def health(service: Service) -> Response:
    """Whether requests are taken: 200, or 503 during a shutdown."""
    closed = service.gate.closed
    return JSONResponse({"status": "shutting down" if closed else "ok"}, 503 if closed else 200)


async def not_here(request: Request, error: Exception) -> Response:
    """An unknown page, or a method that it does not have, in OpenAI's form."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    return await told(
        request, Refused(status, f"{request.method} {request.url.path}: no such page. See docs/serve.md.")
    )


async def told(request: Request, error: Exception) -> Response:
    """A refusal as a response."""
    assert isinstance(error, Refused)
    return JSONResponse(error.body(), error.status, headers=error.headers())
