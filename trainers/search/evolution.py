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
    """How wide a search by evolution begins, and how long it goes on."""

    sigma: float = 0.3
    population: int = 8
    iterations: int = 10
    bound: float | None = None


class Cma:
    """A search that starts at a point and minimises the negated score. Raises `BadScenario` without `cma`."""

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
        """Whether it has converged or used up its iterations."""
        return bool(self._strategy.stop())

    def ask(self) -> Mapping[int, Vector]:
        """The next population; in the first round also the start, so that it is never beaten by nothing."""
        self._asked = self._strategy.ask()
        vectors = [tuple(float(value) for value in vector) for vector in self._asked]
        return dict(enumerate(vectors if self._start is None else [*vectors, self._start]))

    def idle(self, number: int) -> ScoreBand | None:
        """None: it ranks all candidates of a round."""
        return None

    def tell(self, scores: Mapping[int, float | PartialScore]) -> None:
        """Their scores."""
        self._start = None
        self._strategy.tell(self._asked, [-most(scores[number]) for number in range(len(self._asked))])
