"""Scenarios from Python: the commands of the command line as functions that return their results.

In a script `run(...)` runs to the end and returns. Where an event loop runs already, in a notebook or in a coroutine,
it returns something to await: `await run(...)`.
"""

import asyncio
from collections.abc import Callable, Coroutine, Generator, Sequence
from pathlib import Path
from typing import Any, Generic, NoReturn, TypeVar

from ..agents.errors import BadScenario
from ..agents.loading import load_any
from ..evaluators.evaluator import Progress, unwatched
from .planning.wanted import Named, planned
from .running import run as running
from .running.conversations import Simulation, simulated
from .running.job import Finished

R = TypeVar("R")


def run(  # noqa: PLR0913 - what the command line takes
    scenario: Named,
    *,
    set: Sequence[str] = (),  # noqa: A002 - as on the command line
    limit: int | None = None,
    out: str | Path | None = None,
    load: Callable[..., Any] | None = None,
    progress: Progress = unwatched,
) -> Any:  # noqa: ANN401 - `Finished`, or something to await that gives it
    """Run a scenario: a file, a name of the library, or a mapping; returns a `Finished`.

    `set` changes values (`["task.limit=20"]`), `out` is the run directory, where a run that was stopped is resumed.
    Inside a running event loop, write `await run(...)`. Raises the errors of planning and running.
    """
    plan = planned(scenario, set, limit=limit)
    directory = Path(out) if out is not None else running.directory_of(plan)
    return finished("run", lambda: running.run(plan, directory, load=load or load_any, progress=progress))


def simulate(
    scenario: Named,
    *,
    set: Sequence[str] = (),  # noqa: A002 - as on the command line
    limit: int | None = None,
    out: str | Path | None = None,
    progress: Progress = unwatched,
) -> Any:  # noqa: ANN401 - `Simulation`, or something to await that gives it
    """Simulate the conversations of a scenario that follows text/user_loop; returns a `Simulation`.

    Inside a running event loop, write `await simulate(...)`. Raises `BadScenario` for another protocol.
    """
    plan = planned(scenario, set, limit=limit)
    directory = Path(out) if out is not None else running.directory_of(plan)

    async def work() -> Simulation:
        return simulated(plan, await running.run(plan, directory, progress=progress))

    return finished("simulate", work)


def finished(verb: str, work: "Callable[[], Coroutine[Any, Any, R]]") -> "R | ToAwait[R]":
    """The result of a coroutine; inside a running event loop an awaitable of it."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work())
    return ToAwait(verb, work)


class ToAwait(Generic[R]):
    """A run that starts when it is awaited; its representation and attribute errors say so.

    >>> async def work() -> str:
    ...     return "done"
    >>> ToAwait("run", work)
    run: not started yet. An event loop is running here: write `await run(...)`.
    """

    def __init__(self, verb: str, work: "Callable[[], Coroutine[Any, Any, R]]") -> None:
        self._verb = verb
        self._work = work

    def __await__(self) -> Generator[Any, Any, R]:
        """Run to the end."""
        return self._work().__await__()

    def __repr__(self) -> str:
        verb = self._verb
        return f"{verb}: not started yet. An event loop is running here: write `await {verb}(...)`."

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        raise BadScenario(f"{self!r}")


__all__ = ["Finished", "Simulation", "ToAwait", "run", "simulate"]
