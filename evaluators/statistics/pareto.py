"""The Pareto front of cost and score: systems that no other beats at the same or a lower cost."""

from collections.abc import Mapping


def front(points: Mapping[str, tuple[float, float]]) -> list[str]:
    """The names of (cost, score) that are on the front, in order of cost.

    One is off it where another costs no more and scores no less, and is better in one of both.

    >>> front({"amber": (10, 0.5), "blue": (20, 0.4), "vote": (30, 0.7), "debate": (60, 0.7)})
    ['amber', 'vote']
    """
    kept = [name for name, point in points.items() if not any(beats(other, point) for other in points.values())]
    return sorted(kept, key=lambda name: (points[name][0], name))


def beats(other: tuple[float, float], point: tuple[float, float]) -> bool:
    """True if another (cost, score) dominates a point."""
    return other != point and other[0] <= point[0] and other[1] >= point[1]
