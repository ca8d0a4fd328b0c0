"""Progress on standard error: a live display in a terminal, a line now and then in a pipe, or one for each question."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, Final, Literal, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ...evaluators.evaluator import Progress as Watch
from ...evaluators.evaluator import unwatched
from ...evaluators.sample import Sample
from .tally import Tally
from .untrusted import plain

Level = Literal["quiet", "normal", "verbose"]
EVERY: Final = 5.0
"""The seconds between two lines in a pipe, and before the first."""


@contextmanager
def progress(level: Level = "normal") -> Iterator[Watch]:
    """What watches a run: nothing if quiet, a line a question if verbose, else a display in a terminal or lines."""
    err = Console(stderr=True)
    if level == "quiet":
        yield unwatched
    elif level == "verbose" or not err.is_terminal:
        yield Lines(sys.stderr, every=0.0 if level == "verbose" else EVERY, each=level == "verbose")
    else:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[state]}"),
        )
        with Progress(*columns, TimeElapsedColumn(), console=err, transient=True) as bars:
            yield Bars(bars)


class Bars:
    """Updates progress bars, one a stage, with each sample.

    >>> watch = Bars(Progress(disable=True))
    >>> watch.expect("test", 2)
    >>> watch("test", Sample(id="1", question="2 + 2?", output="4", parsed="4", score=1.0))
    >>> watch.bars.tasks[0].completed, watch.bars.tasks[0].total
    (1, 2)
    """

    def __init__(self, bars: Progress) -> None:
        self.bars = bars
        self.began = monotonic()
        self.stages: dict[str, Tally] = {}
        self.tasks: dict[str, Any] = {}

    def expect(self, stage: str, count: int) -> None:
        """Expect this many more samples of a stage."""
        if stage not in self.tasks:
            self.stages[stage] = Tally(self.began)
            self.tasks[stage] = self.bars.add_task(plain(stage), total=0, state="")
        self.stages[stage].total += count
        self.bars.update(self.tasks[stage], total=self.stages[stage].total)

    def __call__(self, stage: str, sample: Sample) -> None:
        """Advance the bar of a stage by a sample."""
        self.stages[stage].add(sample)
        written = sum(one.written for one in self.stages.values()) / max(1e-9, monotonic() - self.began)
        state = f"{self.stages[stage].score()}, {written:,.0f} tokens/s"
        self.bars.update(self.tasks[stage], advance=1, state=state)


class Lines:
    """Writes a line on how far a stage is, at most one in `every` seconds; with `each` a line for each sample.

    >>> watch = Lines(sys.stdout, every=0.0, clock=iter((0.0, 0.0, 2.0)).__next__)
    >>> watch.expect("test", 4)
    >>> watch("test", Sample(id="1", question="2 + 2?", output="4", parsed="4", score=1.0))
    test: 1 of 4 questions, 0.5 a second, score 1.000, about 6 s left
    """

    def __init__(
        self, out: TextIO, *, every: float, each: bool = False, clock: Callable[[], float] = monotonic
    ) -> None:
        self.out = out
        self.every = every
        self.each = each
        self.clock = clock
        self.last = clock()
        self.stages: dict[str, Tally] = {}

    def expect(self, stage: str, count: int) -> None:
        """Expect this many more samples of a stage."""
        self.stages.setdefault(stage, Tally(self.clock())).total += count

    def __call__(self, stage: str, sample: Sample) -> None:
        """Write a line, if it is time for one."""
        now = self.clock()
        tally = self.stages.setdefault(stage, Tally(now))
        tally.add(sample)
        if self.each or now - self.last >= self.every:
            self.last = now
            said = tally.of(sample) if self.each else tally.at(now)
            self.out.write(plain(f"{stage}: {said}") + "\n")
            self.out.flush()
