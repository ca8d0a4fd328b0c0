"""The ask-and-tell loop of every search, and its result."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple, Protocol, TypeAlias

from ...agents.errors import BadScenario
from ...agents.objective import PartialScore, ScoreBand, within

Vector: TypeAlias = tuple[float, ...]
Score: TypeAlias = Callable[[Mapping[Vector, ScoreBand | None]], Awaitable[Sequence[float | PartialScore]]]
"""Scores candidates, in their order; higher is better. Evaluation may be concurrent, and a score that falls in its
candidate's band may be a `PartialScore`."""


class Found(NamedTuple):
    """The best candidate, its score, and the number of candidates scored.

    >>> import asyncio
    >>> from symposia.trainers.search.grid import Grid, simplex
    >>> async def score(candidates):
    ...     return [-abs(first - 0.75) for first, second in candidates]
    >>> asyncio.run(search(Grid(simplex(2, 4)), score))
    Found(best=(0.75, 0.25), score=-0.0, scored=5)
    """

    best: Vector
    score: float
    scored: int


class Search(Protocol):
    """Proposes candidates and learns from their scores."""

    @property
    def done(self) -> bool:
        """True if the search has ended."""
        ...

    def ask(self) -> Mapping[int, Vector]:
        """The candidates of the next round by number, possibly none."""
        ...

    def idle(self, number: int) -> ScoreBand | None:
        """The band of scores of a candidate that leave the search unchanged, or None.

        Scores that may be best are outside.
        """
        ...

    def tell(self, scores: Mapping[int, float | PartialScore]) -> None:
        """Update the search by the scores of the last round."""
        ...


async def search(by: Search, score: Score) -> Found:
    """Run a search to its end; returns the best candidate, of equal ones the first. No candidate is scored twice.

    Raises `BadScenario` for a search that ends without a candidate scored in full.
    """
    known: dict[Vector, float | PartialScore] = {}
    while not by.done:
        asked = by.ask()
        due = unknown(by, asked, known)
        known.update(zip(due, await score(due) if due else (), strict=True))
        by.tell({number: known[vector] for number, vector in asked.items()})
    exact = {vector: value for vector, value in known.items() if not isinstance(value, PartialScore)}
    if not exact:
        raise BadScenario(
            f"search: ended with none of {len(known)} candidates scored in full, so none is best. Give it one to begin "
            "with, and one round."
        )
    best = max(exact, key=exact.__getitem__)
    return Found(best, exact[best], len(known))


def unknown(
    by: Search, asked: Mapping[int, Vector], known: Mapping[Vector, float | PartialScore]
) -> dict[Vector, ScoreBand | None]:
    """The candidates that have to be scored, with the bands of scores that leave the search unchanged."""
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
    """The intersection of two bands; None if one is None."""
    return ScoreBand(max(one.low, other.low), min(one.high, other.high)) if one and other else None
