"""Covariance matrix adaptation (CMA-ES), by the library `cma`. Hansen 2016, https://arxiv.org/abs/1604.00772."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from ...agents.errors import BadScenario
from ...agents.frozen import Frozen
from ...agents.objective import PartialScore, ScoreBand, most
from .found import Vector


class Evolution(Frozen):
    """The settings of CMA-ES: initial step size, population, iterations, and the bound of every coefficient.

    >>> Evolution(population=6).sigma
    0.3
    """

    sigma: float = 0.3
    population: int = 8
    iterations: int = 10
    bound: float | None = None


class Cma:
    """CMA-ES from a starting point, which maximises the score. Raises `BadScenario` without the library `cma`.

    >>> by = Cma((0.5, 0.5), Evolution(population=4), seed=0)
    >>> len(by.ask())  # a population of four, and the start
    5
    """

    def __init__(self, start: Sequence[float], settings: Evolution, seed: int) -> None:
        try:
            cma: Any = import_module("cma")
        except ImportError:
            raise BadScenario("search: cma is not installed. Run pip install cma, or search by a swarm.") from None
        if len(start) < 2:
            raise BadScenario("search: cma needs two coefficients or more. Search by a swarm.")
        generator = np.random.default_rng(seed)
        options: dict[str, Any] = {
            "popsize": settings.population,
            "maxiter": settings.iterations,
            "verbose": -9,
            "verb_log": 0,
            "seed": np.nan,  # it would seed numpy's global generator
            "randn": lambda *shape: generator.standard_normal(shape),
        }
        if settings.bound is not None:
            options["bounds"] = [-settings.bound, settings.bound]
        self._strategy = cma.CMAEvolutionStrategy(list(start), settings.sigma, options)
        self._asked: list[Any] = []
        self._start: Vector | None = tuple(start)

    @property
    def done(self) -> bool:
        """True if it has converged or reached its iterations."""
        return bool(self._strategy.stop())

    def ask(self) -> Mapping[int, Vector]:
        """The next population; in the first round also the starting point, so that the result is never worse."""
        self._asked = self._strategy.ask()
        vectors = [tuple(float(value) for value in vector) for vector in self._asked]
        return dict(enumerate(vectors if self._start is None else [*vectors, self._start]))

    def idle(self, number: int) -> ScoreBand | None:
        """None: all candidates of a round are ranked, so every score matters."""
        return None

    def tell(self, scores: Mapping[int, float | PartialScore]) -> None:
        """Update the distribution by the scores of the last population."""
        self._start = None
        self._strategy.tell(self._asked, [-most(scores[number]) for number in range(len(self._asked))])
