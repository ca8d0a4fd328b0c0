"""Starts the processes of a job at a level, each in a scratch folder that is emptied after it."""

import os
import shutil
import sys
from contextlib import suppress
from typing import Any, NoReturn

from . import bubblewrap, confinement, privileges
from .inside import main as inside


class Launcher:
    """Starts processes. `user` is the first of two user ids that are its alone; None where it is not root.

    >>> from tempfile import mkdtemp
    >>> Launcher("local", mkdtemp(), None, []).scratch.endswith("/program")
    True
    """

    def __init__(self, level: str, folder: str, user: int | None, readable: list[str]) -> None:
        self.level, self.user = level, user
        self.scratch = os.path.join(folder, "program")
        self.libraries = [path for path in readable if path.endswith("-packages")]
        if level == "bubblewrap":
            seen = bubblewrap.folders(readable)
            self._mounted = {path: path for path in seen} if user is None else privileges.mounted(seen, folder)
            return
        isolated, tests = level == "landlock", os.path.join(folder, "checks")
        second = None if user is None else user + 1
        self._place = confinement.place_of(self.scratch, user, tuple(readable), isolated=isolated)
        self._tests = confinement.place_of(tests, second, tuple(readable), isolated=isolated)

    def start(self, part: str, payload: dict[str, Any], wires: dict[int, int], limits: dict[str, Any]) -> int:
        """The id of a new process for a part of a job, with these descriptors, old by new."""
        if self.level == "bubblewrap":
            user = None if self.user is None else self.user + (part == "checks")
            return bubblewrap.start(payload, wires, bubblewrap.command(part, limits, user, self._mounted))
        place = self._tests if part == "checks" else self._place
        return os.fork() or self._forked(place, part, payload, wires, limits)

    def clear(self) -> None:
        """Remove what a program left in its scratch folder."""
        with suppress(FileNotFoundError):
            if os.listdir(self.scratch):
                empty(self.scratch)

    def _forked(
        self,
        place: confinement.Place,
        part: str,
        payload: dict[str, Any],
        wires: dict[int, int],
        limits: dict[str, Any],
    ) -> NoReturn:
        """Run a part in this process, a fork, and end it."""
        status = 70
        try:
            confinement.connect(wires, keep=place.rules)
            confinement.confine(place, limits)
            status = inside.run(part, payload)
            sys.stdout.flush()
        except BaseException as error:  # noqa: BLE001 - a fork must never go on as its parent
            with suppress(BaseException):
                print(type(error).__name__, error, file=sys.stderr, flush=True)  # noqa: T201
        finally:
            os._exit(status)


def empty(folder: str) -> None:
    """Remove all that is in a folder, whatever rights its files were given."""
    os.chmod(folder, 0o700)
    for path, _, _ in os.walk(folder):
        with suppress(OSError):
            os.chmod(path, 0o700)
    for entry in list(os.scandir(folder)):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
        else:
            os.unlink(entry.path)
