"""Rounds: what texts by the same models wait for in one event loop is done together, batch by batch.

Texts join and leave between two rounds.
"""

import asyncio
from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic, Protocol, TypeVar
from weakref import WeakKeyDictionary


class Entry(Protocol):
    """An entry of a round: something is done for it, and its caller awaits that."""

    @property
    def done(self) -> "asyncio.Future[None]":
        """The future that its caller awaits; `step` sets it."""
        ...


E = TypeVar("E", bound=Entry)
K = TypeVar("K", bound="Rounds[Any]")


class Rounds(Generic[E]):
    """A batch that changes from round to round. A subclass says in `step` what one round does.

    `end` is called after the last round.

    >>> async def ended():
    ...     finished = asyncio.Event()
    ...     rounds = Rounds(finished.set)
    ...     await finished.wait()
    ...     return rounds.texts
    >>> asyncio.run(ended())
    []
    """

    def __init__(self, end: Callable[[], object]) -> None:
        self.texts: list[E] = []
        self._end = end
        self._task = asyncio.get_running_loop().create_task(self.run())

    async def step(self, texts: Sequence[E]) -> None:
        """Do what each of these waits for, or set its error; those that are not done are in the next round again."""
        raise TypeError(f"{type(self).__name__}: does not say what a round does. Define step.")

    async def run(self) -> None:
        """Run rounds until nothing is left. An error is raised where they are awaited."""
        try:
            while self.texts:
                await asyncio.sleep(0)  # those that start at the same time join
                self.texts = [entry for entry in self.texts if not entry.done.done()]
                await self.step(list(self.texts))  # those that join meanwhile wait for the next round
        except Exception as error:  # noqa: BLE001 - also what a combination raises
            for entry in self.texts:
                if not entry.done.done():
                    entry.done.set_exception(error)
        finally:
            self._end()


def rounds_of(kind: type[K], hosts: Hashable) -> K:
    """The rounds of this kind that are under way in this event loop for these hosts, begun if need be."""
    here = _UNDER_WAY.setdefault(asyncio.get_running_loop(), {})
    key = kind, hosts
    if key not in here:
        here[key] = kind(lambda: here.pop(key))
    found: K = here[key]
    return found


_UNDER_WAY: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Hashable, Any]] = WeakKeyDictionary()
