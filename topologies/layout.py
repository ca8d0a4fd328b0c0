"""The geometry of a picture: boxes for agents, and routes of arrows between them.

Positions are the centres of boxes, in inches; x grows to the right and y upwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import dist
from typing import TypeAlias

from .graph import Graph

Point: TypeAlias = tuple[float, float]
Positions: TypeAlias = Mapping[str, Point]
Route: TypeAlias = tuple[Point, ...]

PIECES = 16  # line segments that approximate a curve


@dataclass(frozen=True)
class Box:
    """The size of an agent's box and the smallest gap between two, in inches.

    >>> Box(width=1.0, height=0.5, gap=0.5).relative_distance((0.0, 0.0), (3.0, 0.0))
    2.0
    """

    width: float
    height: float
    gap: float

    def relative_distance(self, one: Point, other: Point) -> float:
        """The distance of two boxes relative to the smallest one allowed: below 1 they are too near."""
        across = abs(one[0] - other[0]) / (self.width + self.gap)
        return max(across, abs(one[1] - other[1]) / (self.height + self.gap))

    def hit(self, position: Point, start: Point, end: Point) -> bool:
        """True if a line from `start` to `end` runs through or close to the box at a position."""
        (px, py), (ax, ay), (bx, by) = (self._in_boxes(point) for point in (position, start, end))
        along = ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / dist((ax, ay), (bx, by)) ** 2
        along = min(1.0, max(0.0, along))
        return dist((px, py), (ax + along * (bx - ax), ay + along * (by - ay))) < 1.0

    def _in_boxes(self, point: Point) -> Point:
        return 2 * point[0] / (self.width + self.gap / 2), 2 * point[1] / (self.height + self.gap / 2)


@dataclass(frozen=True)
class Layout:
    """The positions of agents, and the routes of arrows between them.

    Without a `reach` arrows are straight, from centre to centre. With one they are curves that begin so many inches to
    the right of a speaker and end so many to the left of a listener, horizontal at both ends.

    >>> Layout({"amber": (0.0, 0.0), "blue": (2.0, 0.0)}).route("amber", "blue")
    ((0.0, 0.0), (2.0, 0.0))
    """

    positions: Positions
    reach: float = 0.0

    def route(self, speaker: str, listener: str) -> Route:
        """The two ends of a straight arrow, or the four Bezier control points of a curved one."""
        (ax, ay), (bx, by) = self.positions[speaker], self.positions[listener]
        if not self.reach:
            return (ax, ay), (bx, by)
        middle = (ax + bx) / 2
        return (ax + self.reach, ay), (middle, ay), (middle, by), (bx - self.reach, by)

    def readable(self, graph: Graph, box: Box) -> bool:
        """True if no arrow runs through the box of a third agent."""
        return not any(
            box.hit(position, *piece)
            for speaker, listener in graph.arrows
            for piece in pairwise(_unbent(self.route(speaker, listener)))
            for other, position in self.positions.items()
            if other not in (speaker, listener)
        )


def _unbent(route: Route) -> Route:
    """A route as a polyline."""
    return route if len(route) == 2 else tuple(_at(route, i / PIECES) for i in range(PIECES + 1))


def _at(route: Route, part: float) -> Point:
    """The point of a Bezier curve at a parameter from 0 to 1, by de Casteljau's algorithm."""
    while len(route) > 1:
        route = tuple((ax + part * (bx - ax), ay + part * (by - ay)) for (ax, ay), (bx, by) in pairwise(route))
    return route[0]
