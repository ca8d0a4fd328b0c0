"""A real server of an OpenAI-compatible API on a free port, in a thread of its own."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

import httpx
from openai import OpenAI
from symposia.agents import Team
from symposia.agents.context import Context
from symposia.evaluators.evaluator import AnswerBy, alone
from symposia.scenarios.serving.access import Token
from symposia.scenarios.serving.gate import Gate
from symposia.scenarios.serving.offered import Offered
from symposia.scenarios.serving.server import Server, listening
from symposia.scenarios.serving.service import Service

SECRET = "a secret of many letters"

Open = Callable[[], AbstractAsyncContextManager[list[Offered]]]


class Served:
    """The running server; a context manager. `url` is its base URL, `lines` are what it logged.

    with Served(alone_of(amber=Scripted("four"))) as served:
        served.client.chat.completions.create(model="amber", ...)
    """

    def __init__(
        self,
        offered: Sequence[Offered] | Open,
        *,
        concurrency: int = 32,
        queue: int = 1024,
        grace: float = 5,
        traces: Path | None = None,
    ) -> None:
        self._offered = offered
        self._place = listening("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._place.getsockname()[1]}/v1"
        self.lines: list[str] = []
        self.offered: list[Offered] = []
        self._limits = (concurrency, queue, grace, traces)
        self._ready = Event()
        self._thread = Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    async def _serve(self) -> None:
        try:
            if callable(self._offered):
                async with self._offered() as offered:
                    await self._run(offered)
            else:
                await self._run(list(self._offered))
        finally:
            self._ready.set()

    async def _run(self, offered: list[Offered]) -> None:
        concurrency, queue, grace, traces = self._limits
        self.offered = offered
        self.service = Service(offered, Token(SECRET), Gate(concurrency, queue), traces, self.lines.append)
        self.server = Server(self.service, grace=grace)
        self._ready.set()
        await self.server.serve([self._place])

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(60)
        self.client = OpenAI(base_url=self.url, api_key=SECRET, max_retries=0, timeout=60)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.stop()
        self._thread.join(20)
        self._place.close()
        assert not self._thread.is_alive()

    def post(self, page: str, body: Any, *, timeout: float = 60) -> httpx.Response:
        """The response to a plain request."""
        headers = {"authorization": f"Bearer {SECRET}"}
        return httpx.post(f"{self.url}/{page}", json=body, headers=headers, timeout=timeout)

    def metrics(self) -> str:
        headers = {"authorization": f"Bearer {SECRET}"}
        return httpx.get(self.url.replace("/v1", "/metrics"), headers=headers).text


def alone_of(**models: Any) -> list[Offered]:
    """Each of these models, offered under its name."""
    return [Offered(name, Team({name: model}, context=Context()), alone) for name, model in models.items()]


def team_of(name: str, answer: AnswerBy, **models: Any) -> list[Offered]:
    """A team of these models, offered under a name."""
    return [Offered(name, Team(models, context=Context()), answer)]


def user(text: str) -> list[Any]:
    """A conversation of one turn."""
    return [{"role": "user", "content": text}]
