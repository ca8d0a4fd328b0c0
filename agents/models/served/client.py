"""HTTP requests to a serving engine: typed errors, retries where a server is busy, keys that never show."""

import asyncio
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from ...errors import CallFailed, ModelUnavailable, PromptTooLong, SymposiaError
from ..api.failure import without_secrets
from ..api.limits import CONNECTED, Limits, retry_after

if TYPE_CHECKING:
    from httpx import AsyncClient, Response

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
BUSY: Final = (408, 425, 429, 502, 503, 504)
"""The status codes after which a request is made again."""
CONNECTIONS: Final = 64
"""How many connections to a server are open at once."""
KEPT: Final = 8
"""How many of them stay open for later requests."""


class ServerClient:
    """A server's client, one connection pool an event loop.

    `key_name` is the name of the environment variable with its API key, `own_key` the key of a server of our own.
    Cancelling a request closes its connection, which aborts it on the server.
    `broken` counts the connections that failed: the server may have been started again.

    >>> ServerClient("vllm:base@http://127.0.0.1:8000", "http://127.0.0.1:8000").local
    True
    """

    def __init__(self, where: str, url: str, key_name: str | None = None, limits: Limits | None = None) -> None:
        self.where = where
        self.url = url
        self.key_name = key_name
        self.limits = limits or Limits()
        self.own_key: str | None = None
        self.broken = 0
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncClient] = WeakKeyDictionary()

    @property
    def local(self) -> bool:
        """True if the server is on this machine."""
        return urlsplit(self.url).hostname in LOOPBACK

    async def get(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """The JSON of a page; None where there is no such page. Raises as `post` does."""
        return await self._insist("GET", path, None, absent=True)

    async def post(self, path: str, body: Mapping[str, Any], *, absent: bool = False) -> Any:  # noqa: ANN401 - JSON
        """The JSON of a reply; with `absent`, None where there is no such page.

        Raises `ModelUnavailable` if the server cannot be reached, refuses the key or does not know the model,
        `PromptTooLong`, and `CallFailed` for all else.
        """
        return await self._insist("POST", path, body, absent=absent)

    async def refused(self, path: str, body: Mapping[str, Any]) -> tuple[int, Any]:
        """The status and the JSON of a reply, whatever it is; the JSON is None where it is none."""
        reply = await self._send("POST", path, body)
        try:
            return reply.status_code, reply.json()
        except ValueError:
            return reply.status_code, None

    async def close(self) -> None:
        """Close this event loop's connections; a later request opens others."""
        client = self._clients.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await client.aclose()

    async def _insist(self, method: str, path: str, body: Mapping[str, Any] | None, *, absent: bool) -> Any:  # noqa: ANN401 - JSON
        number, waited = 1, 0.0
        while True:
            try:
                reply = await self._send(method, path, body)
            except ModelUnavailable:
                if number >= self.limits.attempts:
                    raise
                reply = None
            if reply is not None and reply.status_code not in BUSY:
                return self._read(reply, path, absent=absent)
            wait = self.limits.wait(number, None if reply is None else retry_after(reply.headers))
            if not self.limits.wants(reply is not None, number, waited, wait):
                if reply is None:
                    raise ModelUnavailable(f"{self.where}: no answer. Start the server or correct the URL.")
                raise self._error(reply)
            await asyncio.sleep(wait)
            number, waited = number + 1, waited + wait

    async def _send(self, method: str, path: str, body: Mapping[str, Any] | None) -> "Response":
        """The reply to one request. Raises `ModelUnavailable`, `CallFailed`."""
        import httpx

        try:
            return await self._client().request(method, self.url + path, json=body, headers=self._headers())
        except httpx.ConnectTimeout:
            problem = "no connection in time"
        except httpx.TimeoutException:
            raise CallFailed(
                f"{self.where}: nothing within {self.limits.timeout:g} s. Raise the timeout or ask for less."
            ) from None
        except httpx.HTTPError as error:
            problem = f"cannot be reached ({type(error).__name__})"
        self.broken += 1
        raise ModelUnavailable(f"{self.where}: {problem}. Start the server or correct the URL.") from None

    def _read(self, reply: "Response", path: str, *, absent: bool) -> Any:  # noqa: ANN401 - JSON
        if reply.status_code == 404 and absent:
            return None
        if reply.status_code != 200:
            raise self._error(reply)
        if not reply.content or not reply.headers.get("content-type", "").startswith("application/json"):
            return {"text": reply.text}
        try:
            return reply.json()
        except ValueError:
            raise CallFailed(f"{self.where}: its reply at {path} is not JSON. The URL must be the engine's.") from None

    def _error(self, reply: "Response") -> SymposiaError:
        """The error of a reply that is none, in vLLM's forms and SGLang's."""
        words, parameter = said(reply, self.key_name)
        status = reply.status_code
        if status in (401, 403):
            hint = f"Check the key in {self.key_name}." if self.key_name else "Add the key's variable: #key=ITS_NAME."
            return ModelUnavailable(f"{self.where}: the server said {status}: {words}. {hint}")
        if status == 404:
            return ModelUnavailable(f"{self.where}: the server said 404: {words}. Check the model's name and the URL.")
        if status in BUSY:
            return ModelUnavailable(f"{self.where}: is busy ({status}: {words}). Try later, or ask for less at once.")
        if parameter == "input_tokens":
            return PromptTooLong(f"{self.where}: the server said {status}: {words}. Shorten the prompt.")
        return CallFailed(f"{self.where}: the server said {status}: {words}. Its log should say more.")

    def _headers(self) -> dict[str, str]:
        if self.own_key is not None:
            return {"authorization": f"Bearer {self.own_key}"}
        if self.key_name is None:
            return {}
        if not (key := os.environ.get(self.key_name)):
            raise ModelUnavailable(f"{self.where}: no API key. Set the environment variable {self.key_name}.")
        return {"authorization": f"Bearer {key}"}

    def _client(self) -> "AsyncClient":
        loop = asyncio.get_running_loop()
        if loop not in self._clients:
            import httpx

            bounds = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=KEPT)
            seconds = self.limits.timeout  # a request that waits for a connection is not late
            timeout = httpx.Timeout(seconds, connect=min(seconds, CONNECTED), pool=None)
            self._clients[loop] = httpx.AsyncClient(timeout=timeout, limits=bounds, trust_env=not self.local)
        return self._clients[loop]


def said(reply: "Response", key_name: str | None) -> tuple[str, str | None]:
    """The message of an error in one line, keys masked, and the parameter that it names."""
    try:
        body = reply.json()
    except ValueError:
        body = reply.text
    found = body.get("error", body) if isinstance(body, dict) else body
    if isinstance(found, dict):
        words, parameter = str(found.get("message") or found.get("detail") or ""), found.get("param")
    else:
        words, parameter = str(found), None
    return without_secrets(" ".join(words.split()), key_name)[:300].rstrip(". "), parameter
