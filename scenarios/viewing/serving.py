"""Runs the server of the page, until it is stopped or beside a run."""

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_urlsafe
from threading import Thread
from typing import TYPE_CHECKING, Final, NamedTuple

from ...agents.errors import BadScenario
from .application import application
from .runs import Runs

if TYPE_CHECKING:
    from uvicorn import Server

HOST: Final = "127.0.0.1"
Tell = Callable[[str], None]


class Bound(NamedTuple):
    """A server with its socket, and the address that opens the page.

    >>> found = bound([], 0)
    >>> found.address.startswith("http://127.0.0.1:")
    True
    >>> found.socket.close()
    """

    server: "Server"
    socket: socket.socket
    address: str

    def run(self) -> None:
        """Serve until it is told to stop."""
        with suppress(KeyboardInterrupt):
            self.server.run(sockets=[self.socket])


def bound(directories: Sequence[Path], port: int) -> Bound:
    """A server for these runs, at a port of this machine alone, 0 for a free one. Raises `BadScenario`."""
    from uvicorn import Config, Server

    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        listening.listen()  # who comes before the server is ready waits
    except OSError as error:
        listening.close()
        raise BadScenario(f"--port {port}: {error.strerror}. Leave it out for a free one.") from None
    port, token = listening.getsockname()[1], token_urlsafe(24)
    hosts = frozenset({f"{HOST}:{port}", f"localhost:{port}"})
    app = application(Runs(directories), token, hosts)
    config = Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1, lifespan="off")
    return Bound(Server(config), listening, f"http://{HOST}:{port}/?token={token}")


def serve(directories: Sequence[Path], port: int, *, tell: Tell) -> None:
    """Serve the page of these runs until Ctrl-C; the address is told first."""
    found = bound(directories, port)
    tell(f"{found.address}\nThe address is a key: who has it on this machine can read these runs and fork them.")
    found.run()


@contextmanager
def serving(directory: Path, *, tell: Tell) -> Iterator[Thread]:
    """Serve the page of a run while it runs, in a thread, which is told to stop at the end."""
    found = bound([directory], 0)
    thread = Thread(target=found.run, name="viewer", daemon=True)
    thread.start()
    tell(found.address)
    try:
        yield thread
    finally:
        found.server.should_exit = True
        thread.join(timeout=5)
