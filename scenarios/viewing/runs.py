"""The runs that a server shows: their document, built anew when they have grown, and their forks."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Final

from ...agents.errors import BadScenario
from ..running.run_directory import REPORT, TRACE
from .document import Document, document

FORKS: Final = "forks"
"""The folder in a run directory in which its forks lie."""


class Runs:
    """Run directories, read when they are asked for. `took` is the seconds that the last reading took.

    >>> Runs([Path("runs/debate")]).sizes()
    (0, 0)
    """

    def __init__(self, directories: Sequence[Path]) -> None:
        self.directories = list(directories)
        self.took = 0.0
        self._known: tuple[tuple[int, ...], Document] | None = None
        self._reading, self._forking = Lock(), Lock()

    def sizes(self) -> tuple[int, ...]:
        """The sizes of the files that grow."""
        return tuple(
            path.stat().st_size if (path := directory / name).is_file() else 0
            for directory in self.directories
            for name in (TRACE, REPORT)
        )

    def document(self) -> Document:
        """The document of all runs as they are now. Raises `BadTrace`, `BadData`."""
        with self._reading:
            sizes = self.sizes()
            if self._known is None or self._known[0] != sizes:
                began = monotonic()
                self._known = sizes, document(self.directories, served=True)
                self.took = monotonic() - began
            return self._known[1]

    def fork(self, directory: Path, event: int, text: str) -> Path:
        """Fork a run that is shown into a folder below it, to the end; the fork is shown as well.

        Raises `BadScenario` for another directory, while another fork runs, and what a fork raises.
        """
        from ..running.forking import with_answer
        from ..running.run import fork
        from ..running.run_directory import read_plan, read_trace

        shown = {one.resolve(): one for one in self.directories}
        if directory.resolve() not in shown:
            raise BadScenario(f"{directory}: is not shown by this server. Fork a run that is.")
        if not self._forking.acquire(blocking=False):
            raise BadScenario("A fork is running. Wait until it is done.")
        try:
            source = shown[directory.resolve()]
            planned = read_plan(source)
            events = with_answer(list(read_trace(source, planned)), event, text)
            out = free(source / FORKS, str(event))
            asyncio.run(fork(planned, events, out))
            self.directories.append(out)
            return out
        finally:
            self._forking.release()


def free(folder: Path, name: str) -> Path:
    """A folder of this name that is not there yet, with a number after it where it is."""
    found, number = folder / name, 2
    while found.exists():
        found, number = folder / f"{name}-{number}", number + 1
    return found
