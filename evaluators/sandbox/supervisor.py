"""The supervisor: a process that is trusted, starts the processes of one program at a time, and ends them.

It is started by `pool` with a level and a folder, reads a job a line (JSON), and writes the facts of each. At the
levels `landlock` and `local` it forks, having imported what programs import; at `bubblewrap` it starts a command. All
that a program leaves behind comes back to it, as the nearest subreaper, and is ended; so is everything when its input
closes.
"""

import gc
import json
import os
import socket
import sys
from importlib import import_module
from typing import Any, Final

from .checker import Checker
from .inside import main as inside
from .inside.requests import received
from .launching import Launcher
from .processes import end_children
from .syscalls import libc
from .watching import Watch

_PR_SET_CHILD_SUBREAPER: Final = 36
_WARM_WORDS: Final = """
bisect cmath collections copy datetime decimal fractions functools heapq itertools json math operator random re
string sys time typing abc contextlib io os types array
"""
WARM: Final = tuple(_WARM_WORDS.split())
"""Modules that programs and tests often import, and that a fork finds imported."""


class Supervisor:
    """Runs jobs with a launcher; `requests` is the descriptor of its own input.

    >>> from tempfile import mkdtemp
    >>> Supervisor(Launcher("local", mkdtemp(), None, []), 0).requests
    0
    """

    def __init__(self, launcher: Launcher, requests: int) -> None:
        self.launcher, self.requests = launcher, requests
        self.checker = Checker(launcher)

    def run(self, job: dict[str, Any], checks: int | None) -> dict[str, Any]:
        """The facts of a job: its `part` with a `payload`. `checks` is a file of the tests that drive it, if any do.

        This process never reads the tests: a fork of it has all that it knows.
        """
        watch = Watch(job["limits"], self.launcher.scratch, self.requests)
        facts: dict[str, Any] = {}
        try:
            if checks is None:
                self.start_alone(job, watch)
            else:
                self.start_checked(job, checks, watch)
            facts = watch.until_the_end()
            return facts
        finally:
            if facts.get("over") or facts.get("report") is None:
                self.checker.stop()
            end_children(spared=self.checker.pid)
            watch.close()
            self.launcher.clear()

    def start_alone(self, job: dict[str, Any], watch: Watch) -> None:
        """Start a process that reports for itself."""
        reading, writing = os.pipe()
        output = watch.output()
        wires = {1: output, 2: output, inside.REPORT: writing}
        watch.process = self.launcher.start(job["part"], job["payload"], wires, job["limits"])
        watch.reports_of_itself(reading)
        os.close(output)
        os.close(writing)

    def start_checked(self, job: dict[str, Any], checks: int, watch: Watch) -> None:
        """Start a program, and tell the process of the tests to test it."""
        (asks, asked), (answered, answers), output = os.pipe(), os.pipe(), watch.output()
        try:
            wires = {1: output, 2: output, inside.INCOMING: asks, inside.OUTGOING: answers}
            watch.process = self.launcher.start(job["part"], job["payload"], wires, job["limits"])
            watch.reported_by(self.checker.send([checks, answered, asked]))
        finally:
            for number in (asks, asked, answered, answers, output):
                os.close(number)


def main() -> None:
    """Answer jobs from the socket that is the standard input, until it closes."""
    start = json.loads(sys.argv[1])
    libc().prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    requests, nothing = socket.socket(fileno=os.dup(0)), os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    if start["level"] != "bubblewrap":
        for name in (*WARM, *(f"{inside.__package__}.{name}" for name in ("candidate", "checks", "probing"))):
            import_module(name)
    launcher = Launcher(start["level"], start["folder"], start["user"], start["readable"])
    supervisor = Supervisor(launcher, requests.fileno())
    gc.collect()
    gc.freeze()
    while request := received(requests, 1):
        line, files = request
        try:
            facts = supervisor.run(json.loads(line), files[0] if files else None)
        except Exception as error:  # noqa: BLE001 - a job that cannot be run is told to who sent it
            facts = {"error": f"{type(error).__name__}: {error}"}
        for number in files:
            os.close(number)
        requests.sendall(json.dumps(facts).encode() + b"\n")
    supervisor.checker.stop()
