"""The score of a kernel, as MoCo 1.1.2 gives it."""

from collections.abc import Mapping
from typing import Final

CAPS: Final[Mapping[int, float]] = {1: 10.0, 2: 5.0, 3: 2.0}
"""The speed-up that is worth the whole score, by the level of the problem."""

RIGHT: Final = 0.25
"""The score of a right kernel that is not faster."""


def score(*, correct: bool, speedup: float | None, level: int) -> float:
    """0 for a wrong kernel, 0.25 for a right one, and 0.5 to 1 for a faster one; `speedup` is None if it has no time.

    >>> [round(score(correct=True, speedup=each, level=1), 4) for each in (1.0, 1.01, 2, 5.5, 20)]
    [0.25, 0.5006, 0.5556, 0.75, 1.0]
    """
    if not correct:
        return 0.0
    if speedup is None or speedup <= 1:
        return RIGHT
    return 0.5 + min(0.5, 0.5 * (speedup - 1) / (CAPS[level] - 1))
