"""Searches over a few free numbers, from zero outwards: by a swarm or by evolution."""

from typing import Literal, TypeAlias

from ...agents.errors import BadScenario
from .evolution import Cma, Evolution
from .found import Search
from .motion import Motion
from .starts import spread
from .swarm import Swarm

By: TypeAlias = Literal["swarm", "cma"]


def numbers(by: By, count: int, population: int, motion: Motion, seed: int) -> Search:
    """A search for `count` numbers that scores all zeros first, and `population` candidates a round.

    A swarm starts within `motion.bound`, or 1; CMA-ES has its iterations and its bound, no more. Raises
    `BadScenario`.
    """
    if population < 1:
        raise BadScenario(f"search: a population of {population}. The smallest has 1.")
    around = motion.bound or 1.0
    if by == "swarm":
        return Swarm(spread(count, population, seed, around=around), motion, seed)
    settings = Evolution(sigma=around / 3, population=population, iterations=motion.iterations, bound=motion.bound)
    return Cma((0.0,) * count, settings, seed)
