"""What a forked process gives up before it runs a program: descriptors, privileges, files, system calls."""

import ctypes
import os
import resource
import sys
from dataclasses import dataclass
from typing import Any, Final

from . import landlock, privileges, seccomp

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _SIGKILL = 1, 38, 9
_THREADS: Final = 64
_STACK: Final = 64 * 2**20
_FILES: Final = 128
DEVICES: Final = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")


@dataclass(frozen=True)
class Place:
    """A process's scratch folder, the folders that it may read, and its user, None for the supervisor's own."""

    scratch: str
    readable: tuple[str, ...]
    user: int | None


def confine(place: Place, limits: dict[str, Any], *, isolated: bool) -> None:
    """Confine this process for good; without `isolated` to its limits alone. Raises `OSError`."""
    os.setsid()
    os.chdir(place.scratch)
    os.environ.update(HOME=place.scratch, TMPDIR=place.scratch)
    limit(limits, threads=place.user is not None)
    if place.user is not None:
        privileges.become(place.user, reading=not all(map(privileges.reachable, place.readable)))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no_new_privs")
    if isolated:
        landlock.restrict(place.readable, [place.scratch], DEVICES)
        seccomp.install(seccomp.program_for(os.getpid(), owns_files=place.user is None))


def limit(limits: dict[str, Any], *, threads: bool) -> None:
    """Set the kernel's limits; that of `threads` counts those of the whole user."""
    values = {
        resource.RLIMIT_AS: limits["memory"],
        resource.RLIMIT_FSIZE: limits["file"],
        resource.RLIMIT_NOFILE: _FILES,
        resource.RLIMIT_STACK: _STACK,
        resource.RLIMIT_CORE: 0,
    }
    if threads:
        values[resource.RLIMIT_NPROC] = _THREADS
    for kind, value in values.items():
        resource.setrlimit(kind, (value, value))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["cpu"], limits["cpu"] + 1))


def connect(descriptors: dict[int, int], *, inheritable: bool) -> None:
    """Number this process's descriptors, old by new, and close all others."""
    high = {new: os.dup2(old, 100 + new, inheritable=False) for new, old in descriptors.items()}
    for new, old in high.items():
        os.dup2(old, new, inheritable=inheritable or new < 3)
    last = max(descriptors)
    os.closerange(last + 1, 2**20)
    for new in range(3, last):
        if new not in descriptors:
            os.close(new)
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(number, mode, closefd=False, errors="backslashreplace", encoding="utf-8")
        for number, mode in ((0, "r"), (1, "w"), (2, "w"))
    )
