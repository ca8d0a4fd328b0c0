"""Percentiles of wall times."""

from collections.abc import Sequence
from math import floor
from typing import NamedTuple

from ...agents.errors import BadData


class Latency(NamedTuple):
    """The median and the 95th percentile of seconds, and how many there are.

    >>> latency([1.0, 2.0, 3.0, 4.0])
    Latency(questions=4, p50=2.5, p95=3.8499999999999996)
    """

    questions: int
    p50: float
    p95: float


def latency(seconds: Sequence[float]) -> Latency:
    """The latency of these times. Raises `BadData` for none."""
    return Latency(len(seconds), percentile(seconds, 0.5), percentile(seconds, 0.95))


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of values lies, interpolated between neighbours as numpy does.

    >>> percentile([3.0, 1.0, 2.0], 0.5)
    2.0
    """
    if not values or not 0 <= share <= 1:
        raise BadData(f"percentile: {share:g} of {len(values)} values. Give a share from 0 to 1, and some values.")
    ordered, place = sorted(values), share * (len(values) - 1)
    low = floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])
