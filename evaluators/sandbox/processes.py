"""The processes below one: who they are, the memory that they have together, and their end."""

import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

_GRACE: Final = 5.0
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


def children(pid: int) -> list[int]:
    """The ids of a process's children, those of all of its threads; none if it is gone."""
    found: list[int] = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += [int(word) for word in (task / "children").read_text().split()]
    return found


def descendants(pid: int) -> list[int]:
    """The ids of all processes below one."""
    found = children(pid)
    for one in found:
        found += children(one)  # the list grows while it is walked
    return found


def memory(pids: Iterable[int], most: int) -> bool:
    """True if processes have more bytes of memory than these together, shared pages counted once.

    The first count, of resident pages, is quick and counts shared pages for each; the second is asked where that is
    over, and falls back on the first where the system does not tell.
    """
    known = list(pids)
    if sum(map(_resident, known)) <= most:
        return False
    return sum(map(_proportional, known)) > most


def _resident(pid: int) -> int:
    with suppress(OSError, IndexError, ValueError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    return 0


def _proportional(pid: int) -> int:
    with suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return _resident(pid)


def end_children(spared: int | None = None) -> None:
    """End every process below this one but `spared`, those that moved away included. Raises `RuntimeError`."""
    stop = time.monotonic() + _GRACE
    while time.monotonic() < stop:
        found = [pid for pid in children(os.getpid()) if pid != spared]
        if not found:
            return
        for pid in found:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in found:
            os.waitpid(pid, 0)
    raise RuntimeError("some processes of the program do not end")
