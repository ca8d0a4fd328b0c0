"""Keeps concurrent calls of one team apart: each has its own turns, agents, seeds and budget.

A team without an explicit question (see `Team.at`) gives each concurrent call a place of its own. The asyncio task
tells which call a message belongs to: tasks that the team starts belong to the call that made it start them; any
other task is a call of its own, unless a call started it and it asks agents that are idle in that call.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final, NamedTuple

from .accounting import Usage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .dispatcher import Dispatcher

QUESTION: Final = "question"
"""The place of a team that was given no question."""


class Held(NamedTuple):
    """The call that a task belongs to: its dispatcher, the task, and whether the team itself started it.

    >>> from symposia.agents import Team
    >>> from symposia.agents.models.scripted import Scripted
    >>> team = Team({"amber": Scripted("four")})
    >>> Held(team.dispatcher, None, started_here=True).dispatcher.question
    'question'
    """

    dispatcher: "Dispatcher"
    task: "asyncio.Task[object] | None"
    started_here: bool


_HELD: ContextVar[Mapping[int, Held]] = ContextVar("calls", default={})  # noqa: B039 - never changed in place


class Calls:
    """The concurrent calls of one team; `make` returns the dispatcher of another call, given its place.

    The dispatcher of the first call is `first`; concurrent ones are at `question/1`, `question/2`, ...

    >>> import asyncio
    >>> from symposia.agents import Ask, Team
    >>> from symposia.agents.models.scripted import Scripted
    >>> async def two_calls(team):
    ...     async def place(text):
    ...         await team.ask("amber", Ask(text=text))
    ...         return team.question
    ...     return await asyncio.gather(place("2 + 2?"), place("2 + 3?"))
    >>> asyncio.run(two_calls(Team({"amber": Scripted("four", "five")})))
    ['question', 'question/1']
    """

    def __init__(self, first: "Dispatcher", make: "Callable[[str], Dispatcher]") -> None:
        self.first = first
        self._make = make
        self._places = 0
        self._under_way = 0
        self._others: list[Dispatcher] = []
        self._over = Usage()
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def spent(self) -> Usage:
        """The usage of the call that the current task belongs to; of all calls, if it belongs to none."""
        held = _HELD.get().get(id(self))
        if held is not None:
            return held.dispatcher.meter.spent
        return sum((one.meter.spent for one in (self.first, *self._others)), self._over)

    def current(self, agents: Iterable[str] = ()) -> "Dispatcher":
        """The dispatcher of the current task's call, a new one if need be; `agents` are about to be asked."""
        held = _HELD.get().get(id(self))
        task = running_task()
        if held is not None and (held.started_here or held.task is task):
            return held.dispatcher
        if task is None:
            return self.first
        if held is not None and not any(held.dispatcher.asking[name] for name in agents):
            return held.dispatcher
        if held is None and not self._under_way:
            return self._begun(self.first, task)
        self._places += 1
        other = self._make(f"{self.first.question}/{self._places}")
        self._others.append(other)
        return self._begun(other, task)

    @contextmanager
    def starting(self, dispatcher: "Dispatcher") -> "Iterator[None]":
        """A context in which started tasks belong to this dispatcher's call."""
        before = _HELD.get()
        token = _HELD.set({**before, id(self): Held(dispatcher, None, started_here=True)})
        try:
            yield
        finally:
            _HELD.reset(token)

    async def close(self) -> None:
        """Close the agents of all calls."""
        for dispatcher in (self.first, *self._others):
            await dispatcher.close()

    def _begun(self, dispatcher: "Dispatcher", task: "asyncio.Task[object]") -> "Dispatcher":
        _HELD.set({**_HELD.get(), id(self): Held(dispatcher, task, started_here=False)})
        self._under_way += 1
        task.add_done_callback(lambda _: self._ended(dispatcher))
        return dispatcher

    def _ended(self, dispatcher: "Dispatcher") -> None:
        """Close the agents of a finished call; those of the first place stay for the next call."""
        self._under_way -= 1
        if dispatcher is not self.first:
            self._others.remove(dispatcher)
            self._over += dispatcher.meter.spent
            closing = asyncio.get_running_loop().create_task(dispatcher.close())
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)


def running_task() -> "asyncio.Task[object] | None":
    """The current asyncio task; None outside of one."""
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None
