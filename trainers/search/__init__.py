"""Black-box search over coefficients, by the ask-and-tell interface.

    swarm   particles with velocities (Model Swarms, and particle swarms over any numbers)
    grid    every point of a simplex
    cma     covariance matrix adaptation, by the library `cma`

A candidate is a vector of a few floats, whatever the size of its model. Random draws depend on the seed, the particle
and the iteration alone, so a search can be replayed, resumed and scheduled in any order.
"""

from .found import Found, Search, Vector, search

__all__ = ["Found", "Search", "Vector", "search"]
