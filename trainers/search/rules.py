"""Stopping and restart rules of particle swarms, by scores so far.

Three rules each: of the original Model Swarms repository, of MoCo's version, of MoCo's numeric swarm.
"""

from collections.abc import Sequence
from typing import Literal, TypeAlias

Rule: TypeAlias = Literal["original", "moco", "numeric"]


def stops(rule: Rule, best: Sequence[float], patience: int) -> bool:
    """True if to stop, since the global best score has not risen; `best` is its value after each iteration.

    The numeric rule stops at the first iteration without a rise, once there are more than `patience`.
    """
    if len(best) <= patience:
        return False
    if rule == "original":
        return len(set(best[-patience:])) == 1
    if rule == "moco":
        return best[-1] <= best[-patience]
    return best[-1] <= max(best[-patience:-1], default=best[-1])


def strays(rule: Rule, scores: Sequence[float], patience: int) -> bool:
    """True if a particle with these scores restarts from its best position."""
    if rule == "original":
        return len(scores) - scores.index(max(scores)) >= patience
    if len(scores) <= patience:
        return False
    if rule == "moco":
        return scores[-1] <= scores[-patience]
    return scores[-1] <= max(scores[-patience:-1], default=scores[-1])
