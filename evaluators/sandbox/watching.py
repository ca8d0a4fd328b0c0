"""Watches the processes of a program: time, output, disk; ends them, and says what happened."""

import json
import os
import selectors
import signal
import time
from contextlib import suppress
from typing import Any, Final

from .processes import descendants, end_children, memory

_TICK: Final = 0.02
_SOON: Final = 1.0
_BLOCK: Final = 4096
_REPORT: Final = 2**20


class Watch:
    """A program's process, what it writes, and what is left of its time; `requests` closes when nobody waits for it.

    >>> Watch({"output": 100}, "/tmp", 0).limits["output"]
    100
    """

    def __init__(self, limits: dict[str, Any], scratch: str, requests: int) -> None:
        self.limits, self.scratch = limits, scratch
        self.process = 0
        self._begun = time.monotonic()
        self._requests = requests
        self._read_to: dict[int, bytearray] = {}
        self._written, self._reported = bytearray(), bytearray()
        self._ended: int | None = None
        self._own: list[int] = []
        self._over: str | None = None

    def output(self) -> int:
        """The writing end of a new pipe for the process's output."""
        reading, writing = os.pipe()
        self._own.append(reading)
        self._read_to[reading] = self._written
        return writing

    def reports_of_itself(self, report: int) -> None:
        """The process writes its report to this pipe, and its end is the end."""
        self._ended = os.pidfd_open(self.process)
        self._own += [report, self._ended]
        self._read_to[report] = self._reported

    def reported_by(self, report: int) -> None:
        """Another process writes the report, a line, to this socket: the line, or its closing, is the end."""
        self._read_to[report] = self._reported

    def until_the_end(self) -> dict[str, Any]:
        """Wait for the end, or the first limit. The facts.

        These are `over`, the limit; `report`; whether it `started`; its `end`; its `output`; and `seconds`.
        """
        with selectors.DefaultSelector() as selector:
            for number in (*self._read_to, self._requests, *([] if self._ended is None else [self._ended])):
                selector.register(number, selectors.EVENT_READ)
            for number in self._read_to:
                os.set_blocking(number, False)
            while self._over is None and not self._look(selector):
                self._over = self._spent()
        report = self._parsed()
        patience = _SOON if self._over is None and (report or {}).get("verdict") == "ended" else 0.0
        end = end_of(self.process, self.limits["cpu"], patience)
        for number in list(self._read_to):
            self._read(number)
        report = self._parsed()
        seconds = time.monotonic() - self._begun
        written = self._written[-4000:].decode(errors="replace")
        return {
            "over": self._over,
            "report": report,
            "started": self._reported[:1] == b" ",
            "end": end,
            "output": written,
            "seconds": seconds,
        }

    def close(self) -> None:
        """Close what it reads from."""
        for number in self._own:
            os.close(number)

    def _look(self, selector: selectors.BaseSelector) -> bool:
        """Read what there is; True at the end."""
        left = self.limits["seconds"] - (time.monotonic() - self._begun)
        for key, _ in selector.select(max(0.0, min(_TICK, left))):
            if key.fd == self._requests:
                end_children()  # nobody wants an answer any more
                os._exit(0)
            if key.fd == self._ended:
                return True
            if self._read(key.fd):
                selector.unregister(key.fd)
                if self._read_to[key.fd] is self._reported and self._ended is None:
                    return True
        return self._ended is None and self._reported.endswith(b"\n")

    def _read(self, number: int) -> bool:
        """Read what there is; True if no more will come."""
        kept = self._read_to[number]
        most = _REPORT if kept is self._reported else self.limits["output"]
        with suppress(BlockingIOError):
            while len(kept) <= most:
                piece = os.read(number, 2**16)
                if not piece:
                    return True
                kept += piece
            self._over = self._over or "output"
        return False

    def _spent(self) -> str | None:
        """The limit that is spent, if one is."""
        if self._over:
            return self._over
        if time.monotonic() - self._begun >= self.limits["seconds"]:
            return "seconds"
        if used(self.scratch) > self.limits["disk"]:
            return "disk"
        # one process is limited by the kernel, several together by this
        several = [self.process, *descendants(self.process)]
        return "memory" if len(several) > 1 and memory(several, self.limits["memory"]) else None

    def _parsed(self) -> Any:  # noqa: ANN401
        try:
            return json.loads(self._reported)
        except ValueError:
            return None


def end_of(pid: int, cpu: int, patience: float) -> str:
    """End a process, and say how it ended before: `status N`, `signal N`, `cpu` for its time, or `killed` by this."""
    done, status, usage = os.wait4(pid, os.WNOHANG)
    stop = time.monotonic() + patience
    while not done and time.monotonic() < stop:
        time.sleep(0.002)
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


def used(folder: str) -> int:
    """Bytes below a folder, an empty file counted as a block."""
    total = 0
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):
                size = entry.stat(follow_symlinks=False).st_size
                total += _BLOCK + (used(entry.path) if entry.is_dir(follow_symlinks=False) else size)
    return total
