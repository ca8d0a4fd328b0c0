"""All weights of a simplex in equal steps, scored at once."""

from collections.abc import Iterator, Mapping

from .found import Vector


class Grid:
    """A search through given points."""

    def __init__(self, points: Iterator[Vector]) -> None:
        self.points = list(points)
        self.done = False

    def ask(self) -> Mapping[int, Vector]:
        """All of them."""
        return dict(enumerate(self.points))

    def tell(self, scores: Mapping[int, float]) -> None:
        """That was all."""
        self.done = True


def simplex(count: int, steps: int) -> Iterator[Vector]:
    """All weights of `count` models that are multiples of 1 / steps and sum to one, the last model's first."""
    for parts in compositions(count, steps):
        yield tuple(part / steps for part in parts)


def compositions(count: int, total: int) -> Iterator[tuple[int, ...]]:
    """All ways to write a number as an ordered sum of `count` numbers from zero up."""
    if count == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in compositions(count - 1, total - first):
            yield (first, *rest)
