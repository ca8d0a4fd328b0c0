"""A stand-in for vLLM and SGLang: a resident model behind their endpoints, in their forms, traps included.

    with StandIn({"base": load("pocket:base")}) as server:
        server.url        # http://127.0.0.1:PORT
        server.requests   # what it was asked: (path, body)

Its output layer is wider than the vocabulary; the padding is likely, and of equal text, as the traps of real servers
are. It serves the forms of vLLM 0.32 that were recorded, and those of SGLang 0.5.23 as its source has them.
"""

import json
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any, Self

import torch
from symposia.agents.models.hf.model import Model
from symposia.agents.turn import Turn
from symposia.tests.support.served_rows import Rows
from symposia.tests.support.served_sglang import SglangForms
from symposia.tests.support.served_vllm import Refused, VllmForms
from symposia.tests.support.server import hangs_up


@dataclass
class Behaviour:
    """How a stand-in differs from a plain `vllm serve --max-logprobs -1`."""

    kind: str = "vllm"
    version: str = "0.32.0"
    most: int | None = None
    context: int | None = None
    key: str | None = None
    scale_out: bool = False
    development: bool = False
    by_id: bool = True
    processed: bool = False
    logits: bool = False
    tokenizer: bool = True
    template: bool = True
    renamed: dict[str, list[int]] = field(default_factory=dict)
    delay: float = 0.0
    failures: list[tuple[int, dict[str, Any]]] = field(default_factory=list)


class StandIn:
    """The running server; a context manager. `models` are its base and its adapters by name, the base first."""

    def __init__(self, models: dict[str, Model], *, port: int = 0, **behaviour: Any) -> None:
        self.models = dict(models)
        self.base = next(iter(models))
        self.behaviour = Behaviour(**behaviour)
        self.requests: list[tuple[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.waiting = Event()
        self.hung_up = Event()
        self.loadable: dict[str, Model] = {}
        self._lock = Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", port), type("Handler", (Handler,), {"stand_in": self}))
        self._http.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Self:
        Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()

    def asked(self, path: str) -> list[Any]:
        """The bodies of all requests for a page."""
        return [body for asked, body in self.requests if asked == path]

    def rows(self, name: str) -> Rows:
        return Rows(self.models[name], self.behaviour.context)

    def reply(self, path: str, body: Any, headers: dict[str, str]) -> tuple[int, Any]:
        """The status and the JSON for a request."""
        with self._lock:
            self.requests.append((path, body))
            self.headers.append(headers)
        guarded = path.startswith(("/v1", "/inference")) or self.behaviour.kind == "sglang"
        if self.behaviour.key and guarded and headers.get("authorization") != f"Bearer {self.behaviour.key}":
            return 401, {"error": "Unauthorized"}
        with self._lock:
            if self.behaviour.failures and path in ("/v1/completions", "/generate"):
                return self.behaviour.failures.pop(0)
        forms = VllmForms(self) if self.behaviour.kind == "vllm" else SglangForms(self)
        try:
            return 200, forms.reply(path, body)
        except Refused as error:
            return error.status, error.body


class Handler(BaseHTTPRequestHandler):
    """Speaks HTTP for one connection."""

    stand_in: StandIn
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(None)

    def do_POST(self) -> None:
        self._answer(json.loads(self.rfile.read(int(self.headers["content-length"]))))

    def _answer(self, body: Any) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        delay = self.stand_in.behaviour.delay
        if delay:
            self.stand_in.waiting.set()
        if delay and hangs_up(self.connection, delay):
            self.stand_in.hung_up.set()
            self.close_connection = True
            return
        status, said = self.stand_in.reply(self.path, body, headers)
        plain = isinstance(said, str)
        content = said.encode() if plain else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("content-type", "text/plain; charset=utf-8" if plain else "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name is http.server's)
        """Say nothing."""


def said(turns: list[dict[str, str]]) -> list[Turn]:
    """Turns as a chat request has them."""
    return [Turn(one["role"], one["content"]) for one in turns]  # type: ignore[arg-type]


torch.set_num_threads(1)
