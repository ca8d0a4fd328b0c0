"""Rounds of texts: all that the same models write in one event loop in the same way go on step by step, in batches.

Texts join and leave between two rounds.
"""

import asyncio
from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic, Protocol, TypeVar
from weakref import WeakKeyDictionary

from .joint_text import JointText


class Entry(Protocol):
    """A text being written, and the future that its caller awaits."""

    @property
    def text(self) -> JointText:
        """The text."""
        ...

    @property
    def done(self) -> "asyncio.Future[None]":
        """Set when the text is finished, or to an error."""
        ...


E = TypeVar("E", bound=Entry)
K = TypeVar("K", bound="Rounds[Any]")


class Rounds(Generic[E]):
    """The batch of texts that the same models write. A subclass says in `step` what one round does.

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
        """Append to each of these texts, or set its error."""
        raise TypeError(f"{type(self).__name__}: does not say what a round does. Define step.")

    async def run(self) -> None:
        """Run rounds until no text is left. An error is raised where the texts are awaited."""
        try:
            while self.texts:
                await asyncio.sleep(0)  # those that start at the same time join
                self.texts = [entry for entry in self.texts if not entry.done.done()]
                present = list(self.texts)  # those that join while these are read wait for the next round
                await self.step(present)
                for entry in present:
                    if entry.text.finish is not None and not entry.done.done():
                        entry.done.set_result(None)
        except Exception as error:  # noqa: BLE001 - also what a combination raises
            for entry in self.texts:
                if not entry.done.done():
                    entry.done.set_exception(error)
        finally:
            self._end()


async def rounds_of(kind: type[K], text: JointText) -> K:
    """The rounds of this kind of all texts by the models of this one, begun if need be; its sessions are opened first.

    Raises `PromptTooLong`.
    """
    await asyncio.gather(*(participant.open() for participant in text.participants.values()))
    key = kind, tuple(dict.fromkeys(participant.host for participant in text.participants.values()))
    here = _UNDER_WAY.setdefault(asyncio.get_running_loop(), {})
    if key not in here:
        here[key] = kind(lambda: here.pop(key))
    found: K = here[key]
    return found


_UNDER_WAY: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Hashable, Any]] = WeakKeyDictionary()
