"""Quantiles of Student's t distribution."""

from math import atan, cos, pi, sin, sqrt
from statistics import NormalDist

from ...agents.errors import BadData

_FEW = 200  # above this many degrees of freedom the expansion below is exact to seven digits


def quantile(confidence: float, freedom: int) -> float:
    """The t with P(-t < T < t) = `confidence`, for a whole number of degrees of freedom."""
    if not 0 < confidence < 1:
        raise BadData(f"confidence: {confidence} is not a probability. Give one above 0 and below 1, such as 0.95.")
    if freedom < 1:
        raise BadData(f"degrees of freedom: {freedom} are too few. Student's t needs at least 1.")
    if freedom > _FEW:
        return _expanded(confidence, freedom)
    low, high = 0.0, 1.0
    while _within(high, freedom) < confidence:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, freedom) < confidence else (low, middle)
    return (low + high) / 2


def _within(t: float, freedom: int) -> float:
    """P(-t < T < t): Abramowitz and Stegun 26.7.3 (odd) and 26.7.4 (even), a finite sum."""
    angle = atan(t / sqrt(freedom))
    odd = freedom % 2
    term = cos(angle) if odd else 1.0
    total = term if freedom > 1 else 0.0
    for k in range(2 + odd, freedom - 1, 2):
        term *= (k - 1) / k * cos(angle) ** 2
        total += term
    return 2 / pi * (angle + sin(angle) * total) if odd else sin(angle) * total


def _expanded(confidence: float, freedom: int) -> float:
    """The Cornish-Fisher expansion about the normal quantile, Abramowitz and Stegun 26.7.5."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    return z + first / freedom + second / freedom**2
