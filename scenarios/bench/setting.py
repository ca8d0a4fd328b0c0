"""A setting of a bench, a team on a task: what its protocols and members said, over all seeds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from pathlib import Path

from ...agents.frozen import Frozen
from ...evaluators.grading import range_of
from ...evaluators.sample import Sample
from ...evaluators.statistics.intervals import Interval
from ..planning.plan import grader_module
from .cells import Cell
from .results import Result, result, samples_in


class Span(Frozen):
    """A value with its 95 % limits; None for no data, the limits for too little.

    >>> Span.of(Interval(0.5, 0.4, 0.6)).low
    0.4
    """

    value: float | None
    low: float | None
    high: float | None

    @classmethod
    def of(cls, found: Interval) -> "Span":
        """The span of an interval."""
        return cls(value=found.value, low=found.low, high=found.high)


@dataclass(frozen=True)
class Setting:
    """One team on one task: the results of its protocols, seed by seed, and samples of its members by (name, seed).

    >>> from symposia.scenarios.bench.cells import cells
    >>> from symposia.scenarios.bench.schema import Bench
    >>> Setting("sums", "pair", [], {}).protocols
    {}
    """

    task: str
    team: str
    results: Sequence[Result]
    sampled: Mapping[tuple[str, int], Sequence[Sample]]

    @cached_property
    def protocols(self) -> dict[str, list[Result]]:
        """The results by protocol."""
        found: dict[str, list[Result]] = {}
        for one in self.results:
            found.setdefault(one.cell.protocol, []).append(one)
        return found

    @cached_property
    def members(self) -> dict[str, str]:
        """The members of the team by name, with what they are made of."""
        team = self.results[0].cell.plan.scenario.team
        return {one.name: one.model_dump_json(exclude_defaults=True) for one in team}

    @cached_property
    def bounds(self) -> tuple[float, float] | None:
        """The range of its scores; None where it has no end."""
        plan = self.results[0].cell.plan
        low, high = range_of(grader_module(plan.scenario, plan.folder))
        return (low, high) if isfinite(high - low) else None

    @cached_property
    def by_seed(self) -> list[Result]:
        """One result for each seed: those of any protocol have the same questions and single models."""
        found = {one.cell.seed: one for one in reversed(self.results)}
        return [found[seed] for seed in sorted(found)]

    def system(self, protocol: str) -> str:
        """The name of a protocol among those of other teams."""
        return f"{protocol} ({self.team})" if self.team else protocol

    def share(self, sample: Sample) -> float | None:
        """A sample's score from 0 to 1 over the range; None without a score or a range."""
        if sample.score is None or self.bounds is None:
            return None
        low, high = self.bounds
        return (sample.score - low) / (high - low)


def settings(cells: Sequence[Cell], out: Path) -> list[Setting]:
    """The settings of finished cells, in the order of the cells; those without a finished protocol are left out."""
    found: dict[tuple[str, str], Setting] = {}
    for task, team in dict.fromkeys((cell.task, cell.team) for cell in cells):
        here = [cell for cell in cells if (cell.task, cell.team) == (task, team)]
        done = [result(cell, out) for cell in here if cell.member is None]
        if done:
            found[task, team] = Setting(task, team, done, dict(sampled(here, out)))
    return list(found.values())


def sampled(cells: Sequence[Cell], out: Path) -> Iterator[tuple[tuple[str, int], Sequence[Sample]]]:
    """The samples of members by name and seed."""
    for cell in cells:
        if cell.member is not None:
            yield (cell.member, cell.seed), samples_in(cell.directory(out) / "samples.jsonl")
