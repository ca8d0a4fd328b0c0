"""Searches over a few unconstrained numbers, starting at zero: by a swarm or by CMA-ES."""

from typing import Literal, TypeAlias

from ...agents.errors import BadScenario
from .evolution import Cma, Evolution
from .found import Search
from .motion import Motion
from .starts import spread
from .swarm import Swarm

By: TypeAlias = Literal["swarm", "cma"]


def numbers(by: By, count: int, population: int, motion: Motion, seed: int) -> Search:
    """A search over `count` numbers, with all zeros in the first round and `population` candidates a round.

    A swarm starts within `motion.bound`, or 1; CMA-ES uses only the iterations and the bound of `motion`. Raises
    `BadScenario` for a population below one.
    """
    if population < 1:
        raise BadScenario(f"search: a population of {population}. The smallest has 1.")
    around = motion.bound or 1.0
    if by == "swarm":
        return Swarm(spread(count, population, seed, around=around), motion, seed)
    settings = Evolution(sigma=around / 3, population=population, iterations=motion.iterations, bound=motion.bound)
    return Cma((0.0,) * count, settings, seed)
