"""The loop of every search, and what it finds."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple, Protocol, TypeAlias

from ...agents.objective import PartialScore, ScoreBand, within

Vector: TypeAlias = tuple[float, ...]
Score: TypeAlias = Callable[[Mapping[Vector, ScoreBand | None]], Awaitable[Sequence[float | PartialScore]]]
"""Scores of candidates, in their order; higher is better. They may be found concurrently, and one that is
among those that change nothing need not be known exactly."""


class Found(NamedTuple):
    """The best candidate, its score, and how many candidates were scored."""

    best: Vector
    score: float
    scored: int


class Search(Protocol):
    """Proposes candidates and learns from their scores."""

    @property
    def done(self) -> bool:
        """Whether there is nothing more to ask."""
        ...

    def ask(self) -> Mapping[int, Vector]:
        """The candidates to be scored now, by their numbers; none may be due."""
        ...

    def idle(self, number: int) -> ScoreBand | None:
        """Which scores of a candidate would change nothing, if any. Those that may be the best do."""
        ...

    def tell(self, scores: Mapping[int, float | PartialScore]) -> None:
        """Their scores."""
        ...


async def search(by: Search, score: Score) -> Found:
    """Search to the end. A candidate that was scored before is not scored again; the first of equals wins."""
    known: dict[Vector, float | PartialScore] = {}
    while not by.done:
        asked = by.ask()
        due = unknown(by, asked, known)
        known.update(zip(due, await score(due) if due else (), strict=True))
        by.tell({number: known[vector] for number, vector in asked.items()})
    exact = {vector: value for vector, value in known.items() if not isinstance(value, PartialScore)}
    best = max(exact, key=exact.__getitem__)
    return Found(best, exact[best], len(known))


def unknown(
    by: Search, asked: Mapping[int, Vector], known: Mapping[Vector, float | PartialScore]
) -> dict[Vector, ScoreBand | None]:
    """The candidates whose scores are not known well enough, and which scores change nothing."""
    due: dict[Vector, ScoreBand | None] = {}
    for number, vector in asked.items():
        idle = by.idle(number)
        value = known.get(vector)
        if vector in due:
            due[vector] = both(due[vector], idle)
        elif value is None or (isinstance(value, PartialScore) and not within(value, idle)):
            due[vector] = idle
    return due


def both(one: ScoreBand | None, other: ScoreBand | None) -> ScoreBand | None:
    """The scores that are in both bands."""
    return ScoreBand(max(one.low, other.low), min(one.high, other.high)) if one and other else None
