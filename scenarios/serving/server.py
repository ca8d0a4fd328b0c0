"""Runs the application: listens, says where, and ends gracefully."""

import asyncio
import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Self

import uvicorn
from starlette.types import ASGIApp

from ...agents.errors import BadScenario
from .app import application
from .service import Service


class StoppedByUs(uvicorn.Server):
    """A server that is stopped by `stop` and captures no signals itself.

    >>> StoppedByUs(uvicorn.Config("an:application")).should_exit
    False
    """

    @classmethod
    def of(cls, app: ASGIApp) -> Self:
        """A server of an application with a lifespan."""
        return cls(uvicorn.Config(app, lifespan="on", access_log=False, log_level="warning", server_header=False))

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing is captured here: uvicorn would end the process by the same signal, before all is closed."""
        yield

    def stop(self) -> None:
        """Let what is at work finish; the second time, stop at once."""
        self.force_exit = self.should_exit
        self.should_exit = True


class Server(StoppedByUs):
    """A server that refuses what waits as soon as it is told to stop; what is at work may finish.

    >>> from symposia.scenarios.serving.access import Token
    >>> from symposia.scenarios.serving.gate import Gate
    >>> Server(Service([], Token("a secret of many letters"), Gate(2, 8)), grace=5).started
    False
    """

    def __init__(self, service: Service, *, grace: float) -> None:
        self.service = service
        super().__init__(
            uvicorn.Config(
                application(service),
                lifespan="off",
                access_log=False,
                log_level="warning",
                server_header=False,
                timeout_graceful_shutdown=max(1, round(grace)),
            )
        )

    def stop(self) -> None:
        """Refuse what waits and let what is at work finish; the second time, stop at once."""
        self.service.gate.close()
        super().stop()


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens there; port 0 is any free one. Raises `BadScenario`."""
    try:
        family, _, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        made = socket.socket(family, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(place)
        made.listen(2048)
    except OSError as error:
        raise BadScenario(f"serve: {host}:{port} cannot be listened to ({error.strerror}). Choose another.") from None
    made.setblocking(False)
    return made


async def run(service: Service, sockets: Sequence[socket.socket], *, grace: float) -> None:
    """Serve until a signal comes; a second one ends what is still at work."""
    server = Server(service, grace=grace)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, server.stop)
    await server.serve(list(sockets))
