"""A picture's geometry: boxes for agents, and the ways of arrows between them.

Places are the centres of boxes, in inches; x grows to the right and y upwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import dist
from typing import TypeAlias

from .graph import Graph

Point: TypeAlias = tuple[float, float]
Places: TypeAlias = Mapping[str, Point]
Way: TypeAlias = tuple[Point, ...]

PIECES = 16  # straight ones, that stand for a curve


@dataclass(frozen=True)
class Box:
    """The size of an agent in a picture, and the least space between two."""

    width: float
    height: float
    gap: float

    def apart(self, one: Point, other: Point) -> float:
        """How far two boxes are apart, as a part of how far they have to be: below 1 is too near."""
        across = abs(one[0] - other[0]) / (self.width + self.gap)
        return max(across, abs(one[1] - other[1]) / (self.height + self.gap))

    def hit(self, place: Point, start: Point, end: Point) -> bool:
        """Whether a line between two places runs through a box, or so near that it seems to lead there."""
        (px, py), (ax, ay), (bx, by) = (self._in_boxes(point) for point in (place, start, end))
        along = ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / dist((ax, ay), (bx, by)) ** 2
        along = min(1.0, max(0.0, along))
        return dist((px, py), (ax + along * (bx - ax), ay + along * (by - ay))) < 1.0

    def _in_boxes(self, point: Point) -> Point:
        return 2 * point[0] / (self.width + self.gap / 2), 2 * point[1] / (self.height + self.gap / 2)


@dataclass(frozen=True)
class Layout:
    """Where each agent stands, and how arrows lead from one to another.

    Without a `reach` arrows are straight, from centre to centre. With one they begin so far to the right
    of a speaker, end so far to the left of a listener, and leave and arrive level.
    """

    places: Places
    reach: float = 0.0

    def way(self, speaker: str, listener: str) -> Way:
        """The two ends of a straight arrow, or the four control points of a curved one."""
        (ax, ay), (bx, by) = self.places[speaker], self.places[listener]
        if not self.reach:
            return (ax, ay), (bx, by)
        middle = (ax + bx) / 2
        return (ax + self.reach, ay), (middle, ay), (middle, by), (bx - self.reach, by)

    def readable(self, graph: Graph, box: Box) -> bool:
        """Whether no arrow runs through the box of a third agent."""
        return not any(
            box.hit(place, *piece)
            for speaker, listener in graph.arrows
            for piece in pairwise(_unbent(self.way(speaker, listener)))
            for other, place in self.places.items()
            if other not in (speaker, listener)
        )


def _unbent(way: Way) -> Way:
    """A way in straight pieces."""
    return way if len(way) == 2 else tuple(_at(way, i / PIECES) for i in range(PIECES + 1))


def _at(way: Way, part: float) -> Point:
    """A point of a Bezier curve, by de Casteljau."""
    while len(way) > 1:
        way = tuple((ax + part * (bx - ax), ay + part * (by - ay)) for (ax, ay), (bx, by) in pairwise(way))
    return way[0]
