"""What a forked process gives up before it runs a program: descriptors, privileges, files, system calls."""

import ctypes
import fcntl
import os
import resource
from dataclasses import dataclass
from typing import Any, Final

from . import landlock, privileges, seccomp
from .syscalls import libc

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _SIGKILL = 1, 38, 9
_THREADS: Final = 64
_ABOVE: Final = 300  # descriptors that are kept lie above those that are numbered anew
_STACK: Final = 64 * 2**20
_FILES: Final = 128
DEVICES: Final = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")


@dataclass(frozen=True)
class Place:
    """A process's scratch folder; its user, None for the supervisor's own; Landlock's rules, None for no isolation.

    `reading` if its user may not enter the interpreter's folder.

    >>> Place("/tmp/program", 2_000_000_000, None, reading=False).user
    2000000000
    """

    scratch: str
    user: int | None
    rules: int | None
    reading: bool


def place_of(scratch: str, user: int | None, readable: tuple[str, ...], *, isolated: bool) -> Place:
    """A new scratch folder as a place. Raises `OSError`."""
    os.mkdir(scratch, 0o700)
    if user is not None:
        os.chown(scratch, user, user)
    rules = None
    if isolated:
        low = landlock.rules(readable, [scratch], DEVICES)
        rules = fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, _ABOVE)
        os.close(low)
        seccomp.program_for(0, owns_files=user is None)  # made here once, not in every fork
    return Place(scratch, user, rules, not all(map(privileges.reachable, readable)))


def confine(place: Place, limits: dict[str, Any]) -> None:
    """Confine this process for good. Raises `OSError`."""
    os.setsid()
    os.chdir(place.scratch)
    os.environ.update(HOME=place.scratch, TMPDIR=place.scratch)
    limit(limits, threads=place.user is not None)
    if place.user is not None:
        privileges.become(place.user, reading=place.reading)
    libc().prctl(_PR_SET_PDEATHSIG, _SIGKILL)
    if libc().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no_new_privs")
    if place.rules is not None:
        landlock.restrict(place.rules)
        os.close(place.rules)
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


def connect(descriptors: dict[int, int], *, keep: int | None = None) -> None:
    """Number this process's descriptors, old by new, and close all others but `keep`."""
    high = {new: os.dup2(old, 200 + new, inheritable=False) for new, old in descriptors.items()}
    for new, old in high.items():
        os.dup2(old, new)
    kept = sorted({*descriptors, *([] if keep is None else [keep])})
    for low, above in zip([2, *kept], [*kept, 2**20], strict=True):
        os.closerange(max(3, low + 1), above)
