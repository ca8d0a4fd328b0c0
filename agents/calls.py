"""Tells concurrent calls of one team apart, so that each has its own turns, agents, seeds and budget.

A team that is not `at` a question has a place for each call under way. Which call something belongs to is known from
asyncio's tasks: what a team starts by itself belongs to the call that made it do so; another task that uses the team
is a call of its own, unless it was started by one and asks agents that nobody is asking.
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
"""Where a team is that is at no other place."""


class Held(NamedTuple):
    """The call that a task belongs to, and whether the team itself started the task."""

    dispatcher: "Dispatcher"
    task: "asyncio.Task[object] | None"
    started_here: bool


_HELD: ContextVar[Mapping[int, Held]] = ContextVar("calls", default={})  # noqa: B039 - never changed in place


class Calls:
    """The calls of one team that are under way; `make` makes the dispatcher of another one, by its place.

    The first call is at `first`, those beside it at `question/1`, `question/2`, ...
    """

    def __init__(self, first: "Dispatcher", make: "Callable[[str], Dispatcher]") -> None:
        self.first = first
        self._make = make
        self._places = 0
        self._under_way = 0
        self._others: list[Dispatcher] = []
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def spent(self) -> Usage:
        """What the call that asks has cost; of all calls together, if it is none of them."""
        held = _HELD.get().get(id(self))
        if held is not None:
            return held.dispatcher.meter.spent
        return sum((one.meter.spent for one in self._others), self.first.meter.spent)

    def current(self, agents: Iterable[str] = ()) -> "Dispatcher":
        """The dispatcher of the call that this is part of, which is about to ask these agents."""
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
        """Tasks that are started within belong to this dispatcher's call."""
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
        """A call is over: its agents are closed, but for those of the first place, which the next one goes on with."""
        self._under_way -= 1
        if dispatcher is not self.first:
            closing = asyncio.get_running_loop().create_task(dispatcher.close())
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)


def running_task() -> "asyncio.Task[object] | None":
    """The task that runs now, None where none does."""
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None
