"""Watches the processes of a program: time, output, disk; ends them, and says what happened."""

import json
import os
import selectors
import signal
import sys
import time
from contextlib import suppress
from typing import Any, Final

_TICK: Final = 0.02
_GRACE: Final = 5.0
_BLOCK: Final = 4096
_REPORT: Final = 2**20


class Watch:
    """The processes of a job by part, what they write, and what is left of their time."""

    def __init__(self, limits: dict[str, Any], scratch: str) -> None:
        self.limits, self.scratch = limits, scratch
        self.children: dict[str, int] = {}
        self.report: int | None = None
        self.begun = time.monotonic()
        self._selector = selectors.DefaultSelector()
        self._outputs: list[int] = []
        self._written = bytearray()
        self._reported = bytearray()
        self._over: str | None = None

    def output(self) -> int:
        """The writing end of a new pipe for a process's output."""
        reading, writing = os.pipe()
        self._outputs.append(reading)
        return writing

    def until_the_end(self) -> dict[str, Any]:
        """Wait for the part that reports, or the first limit. The facts: `over`, `report`, `ends` by part, `output`."""
        main = list(self.children)[-1]
        assert self.report is not None
        for number in (*self._outputs, self.report):
            os.set_blocking(number, False)
            self._selector.register(number, selectors.EVENT_READ)
        ended = os.pidfd_open(self.children[main])
        self._selector.register(ended, selectors.EVENT_READ)
        self._selector.register(sys.stdin.buffer.raw, selectors.EVENT_READ)
        while self._over is None and not self._look(ended):
            self._over = self._spent()
        ends = {name: end_of(pid, self.limits["cpu"]) for name, pid in self.children.items()}
        for number in (*self._outputs, self.report):
            self._read(number)
        os.close(ended)
        return {
            "over": self._over,
            "report": self._parsed(),
            "ends": ends,
            "output": self._written[-4000:].decode(errors="replace"),
            "seconds": time.monotonic() - self.begun,
        }

    def close(self) -> None:
        """Close what it reads from."""
        self._selector.close()
        for number in (*self._outputs, *([] if self.report is None else [self.report])):
            with suppress(OSError):
                os.close(number)

    def _look(self, ended: int) -> bool:
        """Read what there is; True when the main process has ended. Its own input closed: nobody wants an answer."""
        left = self.limits["seconds"] - (time.monotonic() - self.begun)
        found = [key.fd for key, _ in self._selector.select(max(0.0, min(_TICK, left)))]
        for number in found:
            if number == 0 and not os.read(0, 1):
                end_children()
                os._exit(0)
            if number not in (0, ended):
                self._read(number)
        return ended in found

    def _read(self, number: int) -> None:
        kept, most = (self._reported, _REPORT) if number == self.report else (self._written, self.limits["output"])
        with suppress(BlockingIOError, ValueError):
            while len(kept) <= most:
                piece = os.read(number, 2**16)
                if not piece:
                    with suppress(KeyError):
                        self._selector.unregister(number)
                    return
                kept += piece
            self._over = self._over or "output"

    def _spent(self) -> str | None:
        """The limit that is spent, if one is."""
        if self._over:
            return self._over
        if time.monotonic() - self.begun >= self.limits["seconds"]:
            return "seconds"
        return "disk" if used(self.scratch) > self.limits["disk"] else None

    def _parsed(self) -> Any:  # noqa: ANN401
        try:
            return json.loads(self._reported)
        except ValueError:
            return None


def end_of(pid: int, cpu: int) -> str:
    """End a process, and say how it ended before: `status N`, `signal N`, `cpu` for its time, or `killed` by this."""
    done, status, usage = os.wait4(pid, os.WNOHANG)
    if not done:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.wait4(pid, 0)
        return "killed"
    code = os.waitstatus_to_exitcode(status)
    number = -code if code < 0 else code - 128 if code > 128 else 0  # a shell, and bubblewrap, say 128 + signal
    if number and (number == signal.SIGXCPU or usage.ru_utime + usage.ru_stime >= cpu):
        return "cpu"
    return f"signal {number}" if number else f"status {code}"


def end_children() -> None:
    """End every process below this one, those that moved away included, and reap them. Raises `RuntimeError`."""
    stop = time.monotonic() + _GRACE
    while time.monotonic() < stop:
        for pid in children():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.001)
    raise RuntimeError("some processes of the program do not end")


def children() -> list[int]:
    """The ids of this process's children."""
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        return [int(word) for word in file.read().split()]


def used(folder: str) -> int:
    """Bytes below a folder, an empty file counted as a block."""
    total = 0
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):
                size = entry.stat(follow_symlinks=False).st_size
                total += _BLOCK + (used(entry.path) if entry.is_dir(follow_symlinks=False) else size)
    return total
