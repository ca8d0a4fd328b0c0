"""The levels of the sandbox, each tried before it is used, and the choice of one.

`auto` takes the level that contains the most of those that hold here: `bubblewrap`, then `landlock`. On two busy cores
it ran 20 to 28 programs a second, and `landlock` 150 to 240 (`benchmarks/sandbox.py`): say `sandbox: landlock` where
that matters and programs need no processes of their own. `local`, without isolation, is never chosen, only asked for.
"""

import os
import socket
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from ...agents.errors import SymposiaError, UnknownName
from . import bubblewrap, landlock
from .limits import Limits
from .pool import pool
from .starting import user_of
from .syscalls import NUMBERS


class NoSandbox(SymposiaError):
    """No level of the sandbox holds on this machine."""


@dataclass(frozen=True)
class Level:
    """A level of containment by name, and its strength in a few words for the report.

    >>> str(Level("local", "not isolated"))
    'local: not isolated'
    """

    name: str
    strength: str

    def __str__(self) -> str:
        return f"{self.name}: {self.strength}"


LEVELS: Final = {
    level.name: level
    for level in (
        Level("bubblewrap", "own namespaces, no network"),
        Level("landlock", "landlock + seccomp, no own pid or mount view"),
        Level("local", "not isolated"),
    )
}
AUTO: Final = "auto"


def choose(name: str = AUTO, *, where: str = "sandbox") -> Level:
    """The level of that name, or for `auto` the strongest that holds. Raises `NoSandbox`, `UnknownName`."""
    if name not in (AUTO, *LEVELS):
        raise UnknownName("sandbox", name, (AUTO, *LEVELS), where=where)
    wanted = [level for level in LEVELS if level != "local"] if name == AUTO else [name]
    failures = {level: weakness(level) for level in wanted}
    for level, failure in failures.items():
        if failure is None:
            return LEVELS[level]
    reasons = "; ".join(f"{level}: {failure}" for level, failure in failures.items())
    raise NoSandbox(
        f"{where}: generated programs cannot be contained here ({reasons}). Install bubblewrap, or use a Linux kernel "
        "with Landlock; or, if you trust the programs as you trust your own, say sandbox: local."
    )


@cache
def weakness(level: str) -> str | None:
    """The reason why a level does not hold on this machine, found by trying; None if it holds."""
    if missing := _missing(level):
        return missing
    with (
        tempfile.TemporaryDirectory(prefix="symposia-probe-") as folder,
        socket.create_server(("127.0.0.1", 0)) as open_,
    ):
        file = Path(folder, "outside.txt")
        file.touch(mode=0o666)
        os.chmod(folder, 0o755)
        limits = Limits(seconds=5.0)
        most = limits.processes + 4
        payload = {"secret": str(file), "outside": str(file), "port": open_.getsockname()[1], "most": most}
        facts = pool(level).run({"part": "probe", "payload": payload}, limits)
    done = facts.get("report")
    if done is None:
        return f"a program does not start in it: {facts.get('error') or facts['output'][-200:].strip() or facts['end']}"
    if level == "local":
        return None
    possible = [what for what in ("read", "write", "network") if done[what]]
    possible += ["start processes without a limit"] if done["children"] >= most else []
    return f"a program in it can {', '.join(possible)}" if possible else None


def _missing(level: str) -> str | None:
    """The needs of a level that this machine lacks."""
    if sys.platform != "linux":
        return "it needs Linux"
    if level == "bubblewrap":
        return f"no {', '.join(absent)}" if (absent := bubblewrap.missing()) else None
    if level == "local":
        return None
    machine, version = os.uname().machine, landlock.version()
    if machine not in NUMBERS:
        return f"no table of system calls for {machine}"
    if version == 0:
        return "the kernel has no Landlock"
    if version < landlock.LEAST_FOR_OWNERS and user_of(0) is None:
        return f"the kernel's Landlock (ABI {version}) lets a program truncate its user's files"
    return None
