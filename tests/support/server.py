"""A real OpenAI-compatible HTTP server on 127.0.0.1 that replies as its script says.

    with Server(said("4"), failed(503, retry_after="0")) as server:
        server.url        # http://127.0.0.1:PORT/v1
        server.requests   # what it was asked, in order of arrival

Replies are given in order of arrival. A request after the last reply gets status 501, which clients
retry; `requests` shows it.
"""

import json
import select
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Reply:
    """One HTTP reply. `seconds` pass before it; when the client hangs up meanwhile, there is none."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    dropped: bool = False

    def after(self, seconds: float) -> "Reply":
        return replace(self, seconds=seconds)


@dataclass(frozen=True)
class Asked:
    """One HTTP request."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]


def completion(message: Mapping[str, Any], *, finish: str = "stop", **choice: Any) -> Reply:
    """A chat completion with this assistant message; every one costs 11 tokens in and 3 out."""
    whole = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish, **choice}
    usage = {"prompt_tokens": 11, "completion_tokens": 3, "total_tokens": 14}
    return raw({**HEAD, "object": "chat.completion", "choices": [whole], "usage": usage})


def said(text: str | None, *, finish: str = "stop", reasoning: str | None = None) -> Reply:
    """A chat completion with this text."""
    return completion({"content": text, **({"reasoning_content": reasoning} if reasoning else {})}, finish=finish)


def streamed(*pieces: str, finish: str | None = "stop") -> Reply:
    """A chat completion as server-sent events; with `finish` None it breaks off."""
    deltas: list[tuple[dict[str, str], str | None]] = [
        ({"role": "assistant", "content": piece}, None) for piece in pieces
    ]
    if finish:
        deltas.append(({}, finish))
    chunks = [
        {**HEAD, "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}
        for delta, reason in deltas
    ]
    lines = [json.dumps(chunk) for chunk in chunks] + ["[DONE]"] * (finish is not None)
    body = "".join(f"data: {line}\n\n" for line in lines).encode()
    return Reply(body, headers={"content-type": "text/event-stream"})


def failed(status: int, message: str = "no", *, code: str | None = None, retry_after: str | None = None) -> Reply:
    """An error in OpenAI's form."""
    kind = "server_error" if status >= 500 else "invalid_request_error"
    error = raw({"error": {"message": message, "type": kind, "code": code}})
    return replace(error, status=status, headers={"retry-after": retry_after} if retry_after else {})


def dropped() -> Reply:
    """No reply: the connection is closed."""
    return Reply(b"", dropped=True)


def raw(body: object) -> Reply:
    """Anything: text as it stands, everything else as JSON."""
    return Reply((body if isinstance(body, str) else json.dumps(body)).encode())


HEAD = {"id": "reply", "created": 1, "model": "m"}


class Server:
    """The running server; a context manager."""

    def __init__(self, *script: Reply) -> None:
        self.requests: list[Asked] = []
        self.most_at_once = 0
        self.asked = Event()
        self.hung_up = Event()
        self._script = script
        self._at_once = 0
        self._lock = Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"scripted": self}))
        self._http.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    def __enter__(self) -> Self:
        Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()

    def enter(self, asked: Asked) -> Reply:
        """Note a request and find its reply."""
        with self._lock:
            self.requests.append(asked)
            self.asked.set()
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            number = len(self.requests)
            return self._script[number - 1] if number <= len(self._script) else failed(501, "the script is over")

    def leave(self) -> None:
        with self._lock:
            self._at_once -= 1


class Handler(BaseHTTPRequestHandler):
    """Speaks HTTP for one connection."""

    scripted: Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        reply = self.scripted.enter(
            Asked(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        )
        try:
            if hung_up := hangs_up(self.connection, reply.seconds):
                self.scripted.hung_up.set()
        finally:
            self.scripted.leave()
        if hung_up or reply.dropped:
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in {"content-type": "application/json", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name is http.server's)
        """Say nothing."""


def hangs_up(connection: socket.socket, seconds: float) -> bool:
    """Wait, unless the client closes the connection first."""
    readable: Sequence[socket.socket] = select.select([connection], [], [], seconds)[0] if seconds else []
    return bool(readable) and connection.recv(1, socket.MSG_PEEK) == b""


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
