"""The process of the tests: confined like a program, but one for many, since no program reaches it but by data."""

import os
import signal
import socket
from contextlib import suppress
from typing import Final

from .inside import main as inside
from .launching import Launcher

LIMITS: Final = {"memory": 4 * 2**30, "file": 2**20, "disk": 2**20, "cpu": 10**6, "processes": 16}
"""Its limits; its time is that of each job."""

_MOST: Final = 500
"""Jobs that one process does."""


class Checker:
    """Starts the process at the first job, and anew after it was stopped.

    >>> from tempfile import mkdtemp
    >>> Checker(Launcher("local", mkdtemp(), None, [])).pid is None
    True
    """

    def __init__(self, launcher: Launcher) -> None:
        self._launcher = launcher
        self._socket: socket.socket | None = None
        self._jobs = 0
        self.pid: int | None = None

    def send(self, descriptors: list[int]) -> int:
        """Send a job, a file of the tests and the lines of the program; the descriptor that its result comes to."""
        if self._socket is None or self._jobs >= _MOST:
            self._start()
        assert self._socket is not None
        self._jobs += 1
        socket.send_fds(self._socket, [b"\n"], descriptors)
        return self._socket.fileno()

    def stop(self) -> None:
        """End the process."""
        if self._socket is not None and self.pid is not None:
            self._socket.close()
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
        self._socket = self.pid = None

    def _start(self) -> None:
        self.stop()
        self._socket, other = socket.socketpair()
        wires = {inside.INCOMING: other.fileno()}
        self.pid = self._launcher.start("checks", {"paths": self._launcher.libraries}, wires, LIMITS)
        self._jobs = 0
        other.close()
