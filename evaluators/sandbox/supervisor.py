"""The supervisor: a process that is trusted, starts the processes of one program at a time, and ends them.

It is started by `pool` with a level and a folder, reads a job a line (JSON), and writes the facts of each. At the levels
`landlock` and `local` it forks, having imported what programs import; at `bubblewrap` it starts a command. All that a
program leaves behind comes back to it, as the nearest subreaper, and is ended; so is everything when its input closes.
"""

import ctypes
import json
import os
import shutil
import sys
import tempfile
from contextlib import suppress
from typing import Any, Final

from . import bubblewrap, confinement
from .inside import main as inside
from .watching import Watch, end_children

_PR_SET_CHILD_SUBREAPER: Final = 36
WARM: Final = tuple(
    """bisect cmath collections copy dataclasses datetime decimal enum fractions functools heapq hashlib itertools json
    math operator queue random re statistics string sys time typing unittest abc contextlib io os textwrap traceback
    types array numbers struct threading""".split()
)
"""Modules that programs and tests often import, and that a fork finds imported."""


class Supervisor:
    """Runs jobs at a level. `user` is the first of two user ids that are its alone; None where it is not root."""

    def __init__(self, level: str, folder: str, user: int | None, readable: list[str]) -> None:
        self.level, self.folder, self.user, self.readable = level, folder, user, tuple(readable)

    def run(self, job: dict[str, Any]) -> dict[str, Any]:
        """The facts of a job: its `parts` are `[name, payload]`, the last of which reports."""
        scratch = tempfile.mkdtemp(dir=self.folder)
        watch = Watch(job["limits"], scratch)
        try:
            self.start(job, watch, scratch)
            return watch.until_the_end()
        finally:
            end_children()
            watch.close()
            remove(scratch)

    def start(self, job: dict[str, Any], watch: Watch, scratch: str) -> None:
        """Start the processes of a job, connected with each other."""
        parts, opened = job["parts"], [os.open(os.devnull, os.O_RDWR)]
        links = [pipe for _ in range(2) for pipe in os.pipe()] if len(parts) == 2 else []
        report = os.pipe()
        opened += [*links, report[1]]
        for place, (name, payload) in enumerate(parts):
            wires = {inside.REPORT: report[1]} if place == len(parts) - 1 else {}
            if links:
                wires |= {inside.INCOMING: links[2 * place], inside.OUTGOING: links[3 - 2 * place]}
            out = watch.output() if name != "checks" else opened[0]
            descriptors = {0: opened[0], 1: out, 2: out, **wires}
            home = os.path.join(scratch, str(place))
            os.mkdir(home, 0o700)
            watch.children[name] = self.launch(name, payload, descriptors, job["limits"], home)
            if out != opened[0]:
                os.close(out)
        for number in opened:
            os.close(number)
        watch.report = report[0]

    def launch(  # noqa: PLR0913 - all that a process has
        self, name: str, payload: dict[str, Any], descriptors: dict[int, int], limits: dict[str, Any], home: str
    ) -> int:
        """The id of a new process for a part of a job."""
        user = None if self.user is None else self.user + (name == "checks")
        if self.level == "bubblewrap":
            return bubblewrap.start(name, payload, descriptors, bubblewrap.command(name, limits, user, self.readable))
        if user is not None:
            os.chown(home, user, user)
        place = confinement.Place(home, self.readable, user)
        child = os.fork()
        if not child:
            status = 70
            try:
                confinement.connect(descriptors, inheritable=False)
                confinement.confine(place, limits, isolated=self.level == "landlock")
                status = inside.run(name, payload)
                sys.stdout.flush()
            except BaseException as error:  # noqa: BLE001 - a fork must never go on as its parent
                with suppress(BaseException):
                    print(type(error).__name__, error, file=sys.stderr, flush=True)  # noqa: T201
            finally:
                os._exit(status)
        return child


def remove(folder: str) -> None:
    """Remove a scratch folder, whatever rights its files were given."""
    shutil.rmtree(folder, onerror=lambda *_: None)
    if os.path.exists(folder):
        for path, _, _ in os.walk(folder):
            with suppress(OSError):
                os.chmod(path, 0o700)
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Answer jobs from the standard input until it closes."""
    start = json.loads(sys.argv[1])
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    if start["level"] != "bubblewrap":
        for name in WARM:
            __import__(name)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    supervisor = Supervisor(start["level"], start["folder"], start["user"], start["readable"])
    for line in iter(sys.stdin.buffer.readline, b""):
        try:
            facts = supervisor.run(json.loads(line))
        except Exception as error:  # noqa: BLE001 - a job that cannot be run is told to who sent it
            facts = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(facts) + "\n")
        answers.flush()
