"""LoraHub: add up fine-tuned models on their base, with weights searched on a few dev examples.

    theta = b + sum_k w_k (theta_k - b);   w = argmax dev(theta) - penalty * mean |w_k|,   |w_k| <= bound

Huang et al. 2023, https://arxiv.org/abs/2307.13269; MoCo's weight_lorahub. What differs: changes are added
in product space, exactly and for adapters of any rank (`factors` averages A and B apart, as they do); adapters
on one resident base are searched in one mixed batch; the search is a swarm or CMA-ES, not nevergrad's.
"""

from typing import Literal

from ...agents import Message, Open, Team
from ...agents.errors import BadScenario
from ...agents.objective import Objective
from ...trainers.merging.checks import check_mergeable
from ...trainers.merging.mixture import factor_mixture, mixture
from ...trainers.search import Vector, search
from ...trainers.search.candidates import Candidates
from ...trainers.search.motion import Motion
from ...trainers.search.numbers import By, numbers
from ...trainers.search.scoring import on_task


class Weights(Message):
    """What each model weighs, by name, and what that is worth: the dev score less the penalty."""

    weights: dict[str, float]
    value: float


async def prepare(
    team: Team[Open],
    dev: Objective,
    *,
    base: str | None = None,
    space: Literal["products", "factors"] = "products",
    by: By = "swarm",
    population: int = 5,
    iterations: int = 4,
    bound: float = 1.5,
    penalty: float = 0.05,
) -> Team[Open]:
    """A team of one: `base`, or the first member, with the others' changes. It starts from all weights zero."""
    origin = team.named(base, default=team.names[0])
    models = {name: team.models[name] for name in team if name != origin}
    if not models:
        raise BadScenario("lorahub: a team of one. It needs a base and a model that was trained from it.")
    check_mergeable(team.models)

    def make(weights: Vector, name: str) -> Open:
        if space == "factors":
            return factor_mixture(models, weights, base=team.models[origin], name=name)
        everyone = {origin: team.models[origin], **models}
        return mixture(everyone, (1 - sum(weights), *weights), name=name)

    def price(weights: Vector) -> float:
        return penalty * mean_size(weights)

    candidates = Candidates(team, make, on_task(dev), name="mixed", penalty=price)
    motion = Motion(iterations=iterations, bound=bound)
    found = await search(numbers(by, len(models), population, motion, team.seed("search")), candidates)
    learned = Weights(weights=dict(zip(models, found.best, strict=True)), value=found.score)
    return team.with_models({"mixed": candidates.best or make(found.best, "mixed")}).with_learned(learned)


def mean_size(weights: Vector) -> float:
    """mean |w_k|."""
    return sum(map(abs, weights)) / len(weights)
