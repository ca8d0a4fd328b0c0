"""The loop of every search, and what it finds."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple, Protocol, TypeAlias

Vector: TypeAlias = tuple[float, ...]
Score: TypeAlias = Callable[[Sequence[Vector]], Awaitable[Sequence[float]]]
"""Scores of candidates, in their order; higher is better. They may be found concurrently."""


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

    def tell(self, scores: Mapping[int, float]) -> None:
        """Their scores."""
        ...


async def search(by: Search, score: Score) -> Found:
    """Search to the end. A candidate that was scored before is not scored again; the first of equals wins."""
    known: dict[Vector, float] = {}
    while not by.done:
        asked = by.ask()
        new = [vector for vector in dict.fromkeys(asked.values()) if vector not in known]
        known.update(zip(new, await score(new) if new else (), strict=True))
        by.tell({number: known[vector] for number, vector in asked.items()})
    best = max(known, key=known.__getitem__)
    return Found(best, known[best], len(known))
