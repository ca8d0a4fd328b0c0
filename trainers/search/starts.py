"""Where particles start."""

import numpy as np

from ...agents.seeds import derive
from .swarm import Array


def experts(count: int, particles: int, seed: int) -> Array:
    """The initial experts as coefficients over themselves, and children until there are enough particles.

    A child of two distinct parents, who may be children, is u p1 + (1 - u) p2 with u from U(0, 2): half of
    them lie between their parents, half beyond.
    """
    rows = [row for row in np.eye(count)]
    while len(rows) < particles and count > 1:
        number = len(rows)
        first = derive(seed, "parent", number) % number
        second = (first + 1 + derive(seed, "other parent", number) % (number - 1)) % number
        share = 2 * derive(seed, "share", number) / 2**63
        rows.append(share * rows[first] + (1 - share) * rows[second])
    return np.array(rows)


def spread(count: int, particles: int, seed: int, *, around: float = 1.0) -> Array:
    """The origin first, then uniform draws from [-around, around)."""
    rows = np.zeros((particles, count))
    for number in range(1, particles):
        rows[number] = [around * (2 * derive(seed, "start", number, k) / 2**63 - 1) for k in range(count)]
    return rows
