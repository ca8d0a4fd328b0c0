"""The limits of a program: time, memory, processes, files, output."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Self


@dataclass(frozen=True)
class Limits:
    """Wall and CPU seconds, bytes of address space, processes, bytes of a file, of the disk in all, and of output.

    >>> Limits().within(seconds=4).seconds
    4
    """

    seconds: float = 10.0
    cpu: int = 10
    memory: int = 2**30
    processes: int = 16
    file: int = 16 * 2**20
    disk: int = 32 * 2**20
    output: int = 2**20

    def within(self, *, seconds: float | None = None, memory: int | None = None) -> Self:
        """The same, with other seconds (of the clock and, rounded up, of the processor) or bytes of memory."""
        changed = self if seconds is None else replace(self, seconds=seconds, cpu=max(1, int(-(-seconds // 1))))
        return changed if memory is None else replace(changed, memory=memory)

    def as_json(self) -> dict[str, Any]:
        """The limits as a JSON object."""
        return asdict(self)
