"""The time that the devices of this process were at work: whether models wait for a protocol, or it for them."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic


class WorkTime:
    """Adds up the seconds in which something was at work; `start` and `stop` may be called from any threads.

    >>> clock = WorkTime()
    >>> clock.start(at=2.0)
    >>> clock.stop(at=5.0)
    >>> clock.seconds(at=9.0)
    3.0
    """

    def __init__(self) -> None:
        self._guard = Lock()
        self._total = 0.0
        self._since: float | None = None

    def start(self, at: float | None = None) -> None:
        """Note that work begins."""
        with self._guard:
            self._since = monotonic() if at is None else at

    def stop(self, at: float | None = None) -> None:
        """Note that work ends."""
        with self._guard:
            if self._since is not None:
                self._total += (monotonic() if at is None else at) - self._since
            self._since = None

    def seconds(self, at: float | None = None) -> float:
        """The seconds of work so far, what is under way included."""
        with self._guard:
            running = 0.0 if self._since is None else (monotonic() if at is None else at) - self._since
            return self._total + running


DEVICES: dict[str, WorkTime] = {}
"""The work of each device that runs models of this process, by its name, as `cpu` or `cuda:0`."""


@contextmanager
def shares() -> Iterator[dict[str, float]]:
    """A context manager: at its end the dictionary has the share of its time in which each device was at work.

    Devices that did nothing are left out.

    >>> with shares() as busy:
    ...     pass
    >>> busy
    {}
    """
    before = {name: clock.seconds() for name, clock in DEVICES.items()}
    began = monotonic()
    busy: dict[str, float] = {}
    yield busy
    passed = monotonic() - began
    for name, clock in DEVICES.items():
        worked = clock.seconds() - before.get(name, 0.0)
        if worked > 0:
            busy[name] = round(worked / passed, 4)
