"""Privileges of a supervisor that is root: its programs become a user that owns nothing, and still find Python.

An interpreter below a folder that only root may enter (`/root/.pyenv`) is out of that user's reach. A forked process
keeps the one capability to read it, behind Landlock; for bubblewrap it is mounted where the user may enter, in a mount
namespace of the supervisor's own.
"""

import ctypes
import os
import stat
import struct
from collections.abc import Iterable
from typing import Final

from .syscalls import libc

_KEEP_CAPABILITIES: Final = 8
_DAC_READ_SEARCH: Final = 1 << 2
_OF_USERS: Final = 1 << 0 | 1 << 5 | 1 << 6 | 1 << 7  # CHOWN, KILL, SETGID, SETUID
_VERSION: Final = 0x20080522
_NEW_MOUNTS, _BIND, _PRIVATE, _RECURSIVE = 0x00020000, 4096, 1 << 18, 16384


def become(user: int, *, reading: bool) -> None:
    """Become a user that owns nothing, for good; with `reading` it may read files whoever they belong to."""
    os.setgroups([])
    os.setresgid(user, user, user)
    libc().prctl(_KEEP_CAPABILITIES, int(reading), 0, 0, 0)
    os.setresuid(user, user, user)
    head, kept = struct.pack("Ii", _VERSION, 0), struct.pack("6I", _DAC_READ_SEARCH, _DAC_READ_SEARCH, 0, 0, 0, 0)
    if reading and libc().capset(head, kept) and libc().capset(head, bytes(24)):  # without it, what is imported is all
        raise OSError(ctypes.get_errno(), "capset")


def may_change_users() -> bool:
    """True if this process is root with the privileges to start processes of other users, and to end them."""
    if os.getuid() != 0:
        return False
    with open("/proc/self/status") as file:
        effective = next(int(line.split()[1], 16) for line in file if line.startswith("CapEff:"))
    return effective & _OF_USERS == _OF_USERS


def first_user(candidates: Iterable[int]) -> int | None:
    """The first of these user ids that exists in this process's user namespace; None if none does."""
    with open("/proc/self/uid_map") as file:
        ranges = [(int(start), int(start) + int(count)) for start, _, count in map(str.split, file)]
    return next((user for user in candidates if any(low <= user < high for low, high in ranges)), None)


def reachable(path: str) -> bool:
    """True if any user may read a folder and enter those above it."""
    while os.stat(path).st_mode & stat.S_IXOTH:
        if path == os.path.dirname(path):
            return True
        path = os.path.dirname(path)
    return False


def mounted(paths: Iterable[str], folder: str) -> dict[str, str]:
    """For each path where any user may read it: itself, or below `folder`, seen by this process and its children alone.

    Raises `OSError` where nothing may be mounted.
    """
    places = {path: path for path in paths}
    hidden = [path for path in places if not reachable(path)]
    if hidden:
        _checked(libc().unshare(_NEW_MOUNTS))
        _checked(libc().mount(b"none", b"/", None, _PRIVATE | _RECURSIVE, None))
    for number, path in enumerate(hidden):
        place = os.path.join(folder, f"mount-{number}")
        os.mkdir(place)
        _checked(libc().mount(path.encode(), place.encode(), None, _BIND | _RECURSIVE, None))
        places[path] = place
    return places


def _checked(failed: int) -> None:
    if failed:
        raise OSError(ctypes.get_errno(), "mount")
