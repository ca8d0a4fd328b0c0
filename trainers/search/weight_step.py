"""The step over weights of Heterogeneous Swarms: models move through the space of weights to fit a graph together.

    f_j   = dev score of the graph with a random assignment j of models to its nodes
    u(x)  = sum_j count_j(x) f_j / sum_j count_j(x),   count_j(x): the nodes that assignment j gives to model x
    x     moves by u as a particle of Model Swarms

Feng et al. 2025, https://arxiv.org/abs/2502.04510. What differs: it follows the search of the graph, once, and does not
alternate with it; every model is in some assignment of each round; the best assignment is kept, the one that gives each
node its own member among them, so that a step is never worse on dev than none.
"""

import asyncio
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, NamedTuple

from ...agents import Open, Team
from ...agents.collective import Protocol
from ...agents.errors import BadScenario
from ...agents.objective import Objective
from ...topologies import Graph
from ..merging.checks import check_mergeable
from ..merging.mixture import mixture
from .found import Vector
from .graph_utility import GraphUtility
from .motion import Motion
from .starts import experts
from .swarm import Swarm


class Assigned(NamedTuple):
    """The models at the nodes of a graph, each with its coefficients over the team's members, and their dev score.

    >>> Assigned({}, {"amber": (1.0, 0.0)}, 0.5).score
    0.5
    """

    models: Mapping[str, Open]
    coefficients: Mapping[str, Vector]
    score: float


class WeightStep(NamedTuple):
    """A step over weights: the particles' moves, of so many rounds, and the assignments of each round.

    >>> WeightStep(Motion(iterations=2), assignments=4).drawn(["amber", "blue"], 0, seed=1)[0]
    (0, 1)
    """

    motion: Motion
    assignments: int

    async def best(self, team: Team[Open], graph: Graph, dev: Objective, answer: Protocol) -> Assigned:
        """The best assignment of models to the nodes of a graph, of all rounds. Raises `BadScenario` for none."""
        names, seed = team.names, team.seed("weights")
        swarm = Swarm(experts(len(names), len(names), seed), self.motion, seed)
        found: Assigned | None = None
        while not swarm.done:
            number = swarm.iteration
            moved: list[Vector] = [tuple(particle.position.tolist()) for particle in swarm.particles]
            models = {f"model-{number}-{at}": await _mixed(team, one, number, at) for at, one in enumerate(moved)}
            drawn = self.drawn(names, number, seed)
            of_round = GraphUtility(team.with_models(models), dev, answer)
            scores = await of_round.assigned(graph, [[list(models)[at] for at in one] for one in drawn])
            top = max(range(len(drawn)), key=scores.__getitem__)
            if found is None or scores[top] > found.score:
                chosen = dict(zip(names, drawn[top], strict=True))
                found = Assigned(
                    {name: list(models.values())[at] for name, at in chosen.items()},
                    {name: moved[at] for name, at in chosen.items()},
                    scores[top],
                )
            swarm.tell(credit(drawn, scores))
        if found is None:
            raise BadScenario("weights: a step of no rounds moves nothing. Use weights: 1 or more.")
        return found

    def drawn(self, names: Sequence[str], number: int, seed: int) -> list[tuple[int, ...]]:
        """The assignments of a round, the number of a model for each node; the first gives each node its own."""
        count, chance = len(names), Random(f"{seed} {number}")
        others = [tuple(chance.randrange(count) for _ in names) for _ in range(self.assignments - 1)]
        return [tuple(range(count)), *others]


def mixable(team: Team[Any], *, where: str) -> Team[Open]:
    """The team, whose models can be mixed. Raises `BadScenario` for one that shows no parameters, as their merge."""
    for name, model in team.models.items():
        if not isinstance(model, Open):
            raise BadScenario(f"{where}: {name} shows no parameters. Use pocket: or hf: models, or leave weights out.")
    check_mergeable(team.models)
    return team


async def _mixed(team: Team[Open], coefficients: Vector, number: int, at: int) -> Open:
    return await asyncio.to_thread(mixture, team.models, coefficients, name=f"model-{number}-{at}")


def credit(drawn: Sequence[Sequence[int]], scores: Sequence[float]) -> dict[int, float]:
    """The utility of each model: the mean of the scores, weighted by how many nodes were its own.

    >>> credit([(0, 1), (0, 0), (1, 1)], [0.4, 0.7, 0.1])
    {0: 0.6, 1: 0.2}
    """
    found = {}
    for model in sorted({at for one in drawn for at in one}):
        counts = [list(one).count(model) for one in drawn]
        whole = sum(count * score for count, score in zip(counts, scores, strict=True))
        found[model] = round(whole / sum(counts), 9)
    return found
