"""What a search makes large on dev, and how little of dev has to be asked for it.

Whoever wants a score may say which scores change nothing. Items are then asked in waves, each as many as have
to be asked in any case, and asking stops once the score can only be one of those. Nothing is guessed, so
decisions are those of the whole dev split; waves depend on the scores alone, so a run that stopped early is
replayed and resumed like any other.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from math import inf
from statistics import fmean, harmonic_mean
from typing import Any, Final, TypeAlias

from ...agents import Open, Team
from ...agents.concurrency import gather
from ...agents.errors import BadData
from ...agents.objective import Graded, Objective, PartialScore, ScoreBand, within

Rate: TypeAlias = Callable[[str, int, Graded], Coroutine[Any, Any, float | None]]
"""What a model's dev answer is worth, by the model's name and the item's position; None where nobody can say."""

Worth: TypeAlias = tuple[float, str | None]
"""What an answer is worth, and the group of its item."""

Total: TypeAlias = Callable[[Sequence[Worth]], float]
"""The score of answers, at least one. It may not fall where an answer is worth more, or the best one is added."""

WAVES: Final = 50
"""A wave has at least this part of the items, so that the last ones do not go one by one."""

ZERO: Final = 0.01
"""What a domain without a right answer counts, so that a harmonic mean still tells candidates apart."""


async def own_score(name: str, number: int, graded: Graded) -> float | None:
    """The task's own score."""
    return graded.score


def mean(worths: Sequence[Worth]) -> float:
    """The mean of all."""
    return fmean(worth for worth, _ in worths)


def evenly(worths: Sequence[Worth]) -> float:
    """The harmonic mean of the means of the groups, so that none is given up for another."""
    groups: defaultdict[str | None, list[float]] = defaultdict(list)
    for worth, group in worths:
        groups[group].append(worth)
    return harmonic_mean([max(fmean(group), ZERO) for group in groups.values()])


@dataclass(frozen=True)
class Goal:
    """A score of teams of one: what each dev answer is worth, and the total of those that are worth anything.

    `bounds` are the least and the most that an answer can be worth; where nobody knows them, all is asked.
    """

    dev: Objective
    bounds: tuple[float, float] | None
    rate: Rate = own_score
    total: Total = mean

    async def __call__(self, team: Team[Open], idle: ScoreBand | None = None) -> float | PartialScore:
        """The score of the team's only member, or what is known of it once it has to be an `idle` one."""
        (name,) = team.names
        worths: list[float | None] = []
        while True:
            count = len(worths) + self._wave(worths, idle)
            graded = await self.dev.graded(team, count)
            worths += await self._rated(name, graded, len(worths))
            if count == len(self.dev.groups):
                return self._whole(name, worths, graded)
            known = self._known(worths)
            if within(known, idle):
                return known

    async def of(self, name: str, graded: Sequence[Graded]) -> float:
        """The score of all of a model's answers, which are known already."""
        return self._whole(name, await self._rated(name, graded, 0), graded)

    async def _rated(self, name: str, graded: Sequence[Graded], first: int) -> list[float | None]:
        """What the answers from the first one on are worth."""
        rated = {number: self.rate(name, number, graded[number]) for number in range(first, len(graded))}
        return list((await gather(rated)).values())

    def _whole(self, name: str, worths: Sequence[float | None], graded: Sequence[Graded]) -> float:
        if all(worth is None for worth in worths):
            why = next((one.why for one in graded if one.why is not None), "Nothing was said of them.")
            raise BadData(f"dev: none of {name}'s {len(graded)} answers could be scored. {why}")
        return self._filled(worths)

    def _wave(self, worths: Sequence[float | None], idle: ScoreBand | None) -> int:
        """How many more items to ask now: with fewer nothing could be said, whatever the answers are."""
        left = len(self.dev.groups) - len(worths)
        if idle is None or self.bounds is None:
            return left
        low, high = self.bounds

        def score(first: float, count: int, rest: float) -> float:
            return self._filled(worths, [first] * count + [rest] * (left - count))

        counts = range(left + 1)
        sunk = bisect_left(counts, True, key=lambda bad: score(low, bad, high) <= idle.high)
        safe = bisect_left(counts, True, key=lambda good: score(high, good, low) >= idle.low)
        return min(left, max(sunk, safe, len(self.dev.groups) // WAVES, 1))

    def _known(self, worths: Sequence[float | None]) -> PartialScore:
        """The least and the most that the score can be, if the answers that are left are all worth that."""
        low, high = self.bounds or (-inf, inf)
        left = len(self.dev.groups) - len(worths)
        return PartialScore(self._filled(worths, [low] * left), self._filled(worths, [high] * left), len(worths))

    def _filled(self, worths: Sequence[float | None], rest: Sequence[float] = ()) -> float:
        """The score of these answers and the rest; what could not be scored is left out."""
        pairs = zip([*worths, *rest], self.dev.groups, strict=True)
        return self.total([(worth, group) for worth, group in pairs if worth is not None])


def on_task(dev: Objective) -> Goal:
    """The task's own score as the goal."""
    return Goal(dev, dev.bounds)
