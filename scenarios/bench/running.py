"""Runs a bench: its cells in one process, which share models, batches, answers and one budget; any kill is resumed."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, Final, TypeAlias

from ...agents.accounting import Usage
from ...agents.answer_store import AnswerStore
from ...agents.errors import SymposiaError
from ...agents.loading import ModelSettings, load_any
from ...agents.models.base import Resumable
from ...evaluators.evaluator import Progress, unwatched
from ..running.lock import locked
from ..running.run import run
from ..running.run_directory import fingerprint, read_about, read_plan
from .cells import Cell
from .progress import Named
from .schema import Bench, Total

ANSWERS: Final = "answers.sqlite"
Say: TypeAlias = Callable[[str], object]


class Shared:
    """The models of a bench, each loaded once, and known to its store of answers.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     shared = Shared(AnswerStore(Path(folder) / ANSWERS))
    ...     shared.load("pocket:base") is shared.load("pocket:base")
    True
    """

    def __init__(self, answers: AnswerStore) -> None:
        self.answers = answers
        self._loaded: dict[str, Any] = {}

    def load(self, url: str, settings: ModelSettings | None = None) -> Any:  # noqa: ANN401 - a model
        """The model at a URL; a script, whose answers depend on how often it was asked, is loaded for each cell."""
        name = url if settings is None else f"{url} {settings.model_dump_json()}"
        if name not in self._loaded:
            model = load_any(url, settings)
            if isinstance(model, Resumable):
                return model
            self.answers.know(model, name)
            self._loaded[name] = model
        return self._loaded[name]


@dataclass
class Outcome:
    """The outcome of a bench: finished ones, failed ones with the reason, and whether the budget is spent.

    >>> Outcome().stopped is None
    True
    """

    finished: list[Cell] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    spent: Usage = field(default_factory=Usage)
    stopped: str | None = None


async def run_bench(
    bench: Bench, cells: Sequence[Cell], out: Path, *, progress: Progress = unwatched, say: Say = lambda _: None
) -> Outcome:
    """Run the cells that are not finished. A cell that fails is named in the outcome, and the others go on.

    `progress` is called with each sample, `say` with a line for each cell that is finished.
    """
    with locked(out):
        limit = Limit(bench.total)
        answers = AnswerStore(out / ANSWERS, limit)
        try:
            return await Runner(bench, out, answers, limit, progress, say).all(cells)
        finally:
            answers.close()


class Limit:
    """Compares what a bench has spent with its limits; `reached` says which one, in a sentence.

    >>> limit = Limit(Total(calls=10))
    >>> limit(Usage(calls=12))
    >>> limit.reached
    'the total of 10 calls is spent (12). Raise total.calls.'
    """

    def __init__(self, total: Total) -> None:
        self.total = total
        self.reached: str | None = None
        self.stop: Callable[[], None] = lambda: None
        self._began = monotonic()

    def __call__(self, spent: Usage) -> None:
        """Stop the bench if a limit is reached."""
        amounts = {
            "tokens": spent.prompt_tokens + spent.completion_tokens,
            "calls": spent.calls,
            "seconds": monotonic() - self._began,
            "money": spent.cost or 0.0,
        }
        for name, limit in self.total:
            if limit is not None and amounts[name] >= limit and self.reached is None:
                self.reached = f"the total of {limit:g} {name} is spent ({amounts[name]:g}). Raise total.{name}."
                self.stop()


@dataclass
class Runner:
    """The cells of a bench under way.

    >>> from tempfile import TemporaryDirectory
    >>> said = {"protocols": {"vote": {"use": "text/majority_vote"}}, "tasks": {"sums": {"use": "pocket"}}}
    >>> small = Bench(**said, teams={"one": ({"name": "a", "model": "pocket:base"},)})
    >>> with TemporaryDirectory() as folder:
    ...     answers = AnswerStore(Path(folder) / ANSWERS)
    ...     runner = Runner(small, Path(folder), answers, Limit(small.total), unwatched, print)
    ...     asyncio.run(runner.all([])).finished
    []
    """

    bench: Bench
    out: Path
    answers: AnswerStore
    limit: Limit
    progress: Progress
    say: Say
    began: float = field(default_factory=monotonic)
    left: int = 0
    done: int = 0

    async def all(self, cells: Sequence[Cell]) -> Outcome:
        """Run all cells, at most `at_once` at the same time."""
        outcome, shared = Outcome(), Shared(self.answers)
        free = asyncio.Semaphore(self.bench.at_once)
        todo = [cell for cell in cells if not is_finished(cell, self.out)]
        outcome.finished += [cell for cell in cells if cell not in todo]
        self.left = len(todo)
        self.limit(self.answers.spent)
        under_way = [asyncio.create_task(self._one(cell, shared, free, outcome)) for cell in todo]
        self.limit.stop = lambda: cancel(under_way)
        timer = self._timer()
        try:
            if self.limit.reached:
                self.limit.stop()
            await asyncio.gather(*under_way, return_exceptions=self.limit.reached is not None)
        except BaseException as error:  # noqa: BLE001 - raised again, once no cell is running
            await self._ended(under_way, error)
        finally:
            if timer is not None:
                timer.cancel()
        outcome.spent, outcome.stopped = self.answers.spent, self.limit.reached
        return outcome

    async def _ended(self, under_way: Sequence[asyncio.Task[None]], error: BaseException) -> None:
        """Stop all cells and wait for them; raise the error again, unless a limit is why they were cancelled."""
        cancel(under_way)
        await asyncio.gather(*under_way, return_exceptions=True)
        if self.limit.reached is None or not isinstance(error, asyncio.CancelledError):
            raise error

    async def _one(self, cell: Cell, shared: Shared, free: asyncio.Semaphore, outcome: Outcome) -> None:
        async with free:
            try:
                directory, watched = cell.directory(self.out), Named(cell.name, self.progress)
                await run(cell.plan, directory, load=shared.load, progress=watched, answers=self.answers)
            except SymposiaError as error:
                outcome.failed[cell.name] = str(error)
            else:
                outcome.finished.append(cell)
            self._passed(cell)

    def _passed(self, cell: Cell) -> None:
        self.done, self.left = self.done + 1, self.left - 1
        seconds = (monotonic() - self.began) / self.done * self.left
        self.say(f"{cell.name}: done, {self.left} cells to go{f', about {seconds:,.0f} s' if self.left else ''}")

    def _timer(self) -> asyncio.TimerHandle | None:
        seconds = self.bench.total.seconds
        loop = asyncio.get_running_loop()
        return None if seconds is None else loop.call_later(seconds, lambda: self.limit(self.answers.spent))


def cancel(under_way: Sequence["asyncio.Task[None]"]) -> None:
    """Cancel tasks."""
    for one in under_way:
        one.cancel()


def is_finished(cell: Cell, out: Path) -> bool:
    """True if a cell's run is finished, all of its files written, and is of the same scenario."""
    directory = cell.directory(out)
    try:
        whole = "events" in read_about(directory)  # written last
        return whole and fingerprint(read_plan(directory, replayed=True)) == fingerprint(cell.plan)
    except SymposiaError:
        return False
