"""Initial positions of particles."""

import numpy as np

from ...agents.seeds import derive
from .swarm import Array


def experts(count: int, particles: int, seed: int) -> Array:
    """The initial experts as unit vectors, and crossovers of them until there are enough particles: (particles, count).

    A crossover of two distinct parents, which may be crossovers, is u p1 + (1 - u) p2 with u from U(0, 2): half of them
    are interpolations, half extrapolations.
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
    """The origin, then uniform draws from [-around, around): (particles, count)."""
    rows = np.zeros((particles, count))
    for number in range(1, particles):
        rows[number] = [around * (2 * derive(seed, "start", number, k) / 2**63 - 1) for k in range(count)]
    return rows
