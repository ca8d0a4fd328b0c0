"""The objective of a search on dev, with early stopping that changes no decision.

The caller may give a band of scores that leave its decision unchanged. Items are then evaluated in waves, each as large
as is needed in any case, and evaluation stops once the score must fall in the band. Bounds are exact, so decisions are
those of the whole dev split; waves depend on the scores alone, so a run with early stopping is replayed and resumed
like any other.
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
"""Rates a model's dev answer, by the model's name and the item's index; None where there is no rating."""

Rating: TypeAlias = tuple[float, str | None]
"""An answer's rating and the group of its item."""

Total: TypeAlias = Callable[[Sequence[Rating]], float]
"""Aggregates ratings, at least one, to a score. It must be monotonic, also when a highest rating is added."""

WAVES: Final = 50
"""The most waves: each has at least one part in `WAVES` of the items."""

ZERO: Final = 0.01
"""The floor of a group's mean, so that a harmonic mean with a zero still distinguishes candidates."""


async def own_score(name: str, number: int, graded: Graded) -> float | None:
    """The task's score of an answer."""
    return graded.score


def mean(ratings: Sequence[Rating]) -> float:
    """The mean of all ratings."""
    return fmean(rating for rating, _ in ratings)


def evenly(ratings: Sequence[Rating]) -> float:
    """The harmonic mean of the groups' mean ratings, so that no group is sacrificed for another."""
    groups: defaultdict[str | None, list[float]] = defaultdict(list)
    for rating, group in ratings:
        groups[group].append(rating)
    return harmonic_mean([max(fmean(group), ZERO) for group in groups.values()])


@dataclass(frozen=True)
class Goal:
    """An objective for teams of one: a rating of each dev answer, aggregated over those with a rating.

    `bounds` are the lowest and the highest possible rating; without them all items are evaluated.

    >>> Goal(dev=None, bounds=(0.0, 1.0)).total([(1.0, None), (0.5, None)])
    0.75
    """

    dev: Objective
    bounds: tuple[float, float] | None
    rate: Rate = own_score
    total: Total = mean

    async def __call__(self, team: Team[Open], idle: ScoreBand | None = None) -> float | PartialScore:
        """The score of the team's only member; a `PartialScore` as soon as it must fall in the band `idle`."""
        (name,) = team.names
        ratings: list[float | None] = []
        while True:
            count = len(ratings) + self._wave(ratings, idle)
            graded = await self.dev.graded(team, count)
            ratings += await self._rated(name, graded, len(ratings))
            if count == len(self.dev.groups):
                return self._whole(name, ratings, graded)
            known = self._known(ratings)
            if within(known, idle):
                return known

    async def of(self, name: str, graded: Sequence[Graded]) -> float:
        """The score of a model's answers to all items. Raises `BadData` if none has a rating."""
        return self._whole(name, await self._rated(name, graded, 0), graded)

    async def _rated(self, name: str, graded: Sequence[Graded], first: int) -> list[float | None]:
        """The ratings of the answers from index `first` on."""
        rated = {number: self.rate(name, number, graded[number]) for number in range(first, len(graded))}
        return list((await gather(rated)).values())

    def _whole(self, name: str, ratings: Sequence[float | None], graded: Sequence[Graded]) -> float:
        if all(rating is None for rating in ratings):
            why = next((one.why for one in graded if one.why is not None), "Nothing was said of them.")
            raise BadData(f"dev: none of {name}'s {len(graded)} answers could be scored. {why}")
        return self._filled(ratings)

    def _wave(self, ratings: Sequence[float | None], idle: ScoreBand | None) -> int:
        """The number of items in the next wave: the fewest after which the score could be known to fall in the band."""
        left = len(self.dev.groups) - len(ratings)
        if idle is None or self.bounds is None:
            return left
        low, high = self.bounds

        def score(first: float, count: int, rest: float) -> float:
            return self._filled(ratings, [first] * count + [rest] * (left - count))

        counts = range(left + 1)
        sunk = bisect_left(counts, True, key=lambda bad: score(low, bad, high) <= idle.high)
        safe = bisect_left(counts, True, key=lambda good: score(high, good, low) >= idle.low)
        return min(left, max(sunk, safe, len(self.dev.groups) // WAVES, 1))

    def _known(self, ratings: Sequence[float | None]) -> PartialScore:
        """The bounds of the score: all remaining items at the lowest and at the highest rating."""
        low, high = self.bounds or (-inf, inf)
        left = len(self.dev.groups) - len(ratings)
        return PartialScore(self._filled(ratings, [low] * left), self._filled(ratings, [high] * left), len(ratings))

    def _filled(self, ratings: Sequence[float | None], rest: Sequence[float] = ()) -> float:
        """The score of these ratings and the rest; items without a rating are left out."""
        pairs = zip([*ratings, *rest], self.dev.groups, strict=True)
        return self.total([(rating, group) for rating, group in pairs if rating is not None])


def on_task(dev: Objective) -> Goal:
    """The goal of the task's mean score."""
    return Goal(dev, dev.bounds)
