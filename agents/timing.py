"""Where the time of a call went: in the engine's queue, in reading the prompt, in writing.

It is kept beside the trace, never in it: a replay has other times and is the same run.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple


class Timing(NamedTuple):
    """Seconds that a call waited in a queue, read its prompt up to its first token, and wrote the others.

    >>> Timing(0.25, 0.5, 1.0).prefill
    0.5
    """

    queue: float
    prefill: float
    decode: float


@dataclass
class Timings:
    """The timings of a run's calls, by place; a call that was not made, but remembered, has none.

    >>> timings = Timings()
    >>> with timings.of("test/0/amber.0"):
    ...     spent(Timing(0.25, 0.5, 1.0))
    >>> timings.lines()
    ['{"place": "test/0/amber.0", "queue": 0.25, "prefill": 0.5, "decode": 1.0}']
    """

    found: dict[str, Timing] = field(default_factory=dict)

    @contextmanager
    def of(self, place: str) -> Iterator[None]:
        """A context manager: the model that answers within it says where its time goes."""
        told: list[Timing] = []
        token = _TOLD.set(told)
        try:
            yield
        finally:
            _TOLD.reset(token)
            if told:
                self.found[place] = told[-1]

    def lines(self) -> list[str]:
        """The timings as JSON, one a line, rounded to microseconds."""
        return [
            json.dumps({"place": place, **{name: round(value, 6) for name, value in timing._asdict().items()}})
            for place, timing in self.found.items()
        ]

    def append(self, path: Path) -> None:
        """Append the timings to a file, where there are any: those of a run that is gone on with follow."""
        if self.found:
            with path.open("a", encoding="utf-8") as file:
                file.write("\n".join(self.lines()) + "\n")


_TOLD: ContextVar[list[Timing] | None] = ContextVar("told", default=None)


def spent(timing: Timing) -> None:
    """Say where the time of the call that is being answered went; nobody hears it outside of `Timings.of`."""
    told = _TOLD.get()
    if told is not None:
        told.append(timing)
