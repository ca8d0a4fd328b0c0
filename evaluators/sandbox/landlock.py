"""Landlock: a process gives up all files but those below some folders, all TCP ports, and signals to others.

https://docs.kernel.org/userspace-api/landlock.html; what the kernel's version (ABI) does not know is not asked of it.
"""

import ctypes
import os
import struct
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from .syscalls import libc, number

_EXECUTE, _WRITE, _READ, _READ_FOLDER, _TRUNCATE, _IOCTL = 1, 2, 4, 8, 1 << 14, 1 << 15
_OF_FILES: Final = _EXECUTE | _WRITE | _READ | _TRUNCATE | _IOCTL
_TCP: Final = 0b11
_SCOPES: Final = 0b11  # abstract Unix sockets, signals
_BENEATH: Final = 1
_VERSION: Final = 1

READS: Final = _EXECUTE | _READ | _READ_FOLDER
"""Reading and executing files, and listing folders."""

LEAST_FOR_OWNERS: Final = 3
"""The ABI below which a process may truncate files of its own user."""


def version() -> int:
    """The ABI of the kernel's Landlock; 0 if it has none."""
    create = number("landlock_create_ruleset")
    if create is None:
        return 0
    return max(0, int(libc().syscall(create, None, 0, _VERSION)))


def rules(readable: Iterable[str], writable: Iterable[str], devices: Iterable[str]) -> int:
    """A descriptor of rules: what is below these folders, and these devices, to read and write. Raises `OSError`."""
    known = version()
    handled = _files_known_to(known)
    made = _call("landlock_create_ruleset", *_attributes(known, handled))
    for path in readable:
        _allow(made, path, READS & handled)
    for path in writable:
        _allow(made, path, handled & ~(_EXECUTE | _IOCTL))
    for path in devices:
        _allow(made, path, (_READ | _WRITE) & handled)
    return made


def restrict(rules: int) -> None:
    """Leave this process, for good, what the rules allow. Raises `OSError`.

    It must have said before that it takes no new privileges.
    """
    _call("landlock_restrict_self", rules, 0)


def _files_known_to(version: int) -> int:
    """The rights to files that an ABI knows: thirteen bits in the first, one more in the second, third and fifth."""
    return (1 << (13 + (version >= 2) + (version >= 3) + (version >= 5))) - 1


def _attributes(version: int, handled: int) -> tuple[bytes, int, int]:
    words = [handled, *([_TCP] if version >= 4 else []), *([_SCOPES] if version >= 6 else [])]
    return struct.pack(f"{len(words)}Q", *words), 8 * len(words), 0


def _allow(rules: int, path: str, rights: int) -> None:
    """Allow rights below a path. One that does not exist is left out."""
    with suppress(FileNotFoundError):
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            rights &= ~0 if os.path.isdir(path) else _OF_FILES
            _call("landlock_add_rule", rules, _BENEATH, struct.pack("=Qi", rights, place), 0)
        finally:
            os.close(place)


def _call(name: str, *arguments: object) -> int:
    """A system call's result. Raises `OSError`."""
    done = int(libc().syscall(number(name), *arguments))
    if done < 0:
        raise OSError(ctypes.get_errno(), name)
    return done
