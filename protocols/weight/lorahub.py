"""LoraHub: add up fine-tuned models on their base, with weights searched on a few dev examples.

    theta = b + sum_k w_k (theta_k - b);   w = argmax dev(theta) - penalty * mean |w_k|,   |w_k| <= bound

Huang et al. 2023, https://arxiv.org/abs/2307.13269; MoCo's weight_lorahub. What differs: changes are added
in product space, exactly and for adapters of any rank (`factors` averages A and B apart, as they do); adapters
on one resident base are searched in one mixed batch; the search is a swarm or CMA-ES, not nevergrad's.
"""

from typing import Literal

from pydantic import Field

from ...agents import Message, Open, Team
from ...agents.errors import BadScenario
from ...agents.objective import Objective
from ...agents.options import ProtocolOptions, takes
from ...trainers.merging.checks import check_mergeable
from ...trainers.merging.mixture import factor_mixture, mixture
from ...trainers.search import Vector, search
from ...trainers.search.candidates import Candidates
from ...trainers.search.motion import Motion
from ...trainers.search.numbers import By, numbers
from ...trainers.search.scoring import on_task


class Weights(Message):
    """The result of `prepare`: each model's weight, and their value, the dev score less the penalty.

    >>> found = Weights(weights={"amber": 0.8, "blue": -0.2}, value=0.7)
    >>> mean_size(tuple(found.weights.values()))
    0.5
    """

    weights: dict[str, float]
    value: float


class Options(ProtocolOptions):
    """The space in which changes are added up, and the search of their weights.

    >>> Options.given({"bound": 0}, where="weight/lorahub")
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: weight/lorahub.bound: input should be greater than 0, not 0.
    """

    base: str | None = Field(None, description="The member the others were trained from, by default the first.")
    space: Literal["products", "factors"] = Field("products", description="Add up changes, or average factors.")
    by: By = Field("swarm", description="Search by a swarm or by CMA-ES.")
    population: int = Field(5, ge=1, description="Candidates of a round.")
    iterations: int = Field(4, ge=1, description="Rounds.")
    bound: float = Field(1.5, gt=0, description="The largest absolute value of a weight.")
    penalty: float = Field(0.05, ge=0, description="The factor of the mean absolute weight, subtracted from the score.")


@takes(Options)
async def prepare(team: Team[Open], dev: Objective, options: Options) -> Team[Open]:
    """A team of one: `base`, or the first member, with the others' changes. It starts from all weights zero."""
    origin = team.named(options.base, default=team.names[0])
    models = {name: team.models[name] for name in team if name != origin}
    if not models:
        raise BadScenario("lorahub: a team of one. It needs a base and a model that was trained from it.")
    check_mergeable(team.models)

    def make(weights: Vector, name: str) -> Open:
        if options.space == "factors":
            return factor_mixture(models, weights, base=team.models[origin], name=name)
        everyone = {origin: team.models[origin], **models}
        return mixture(everyone, (1 - sum(weights), *weights), name=name)

    def price(weights: Vector) -> float:
        return options.penalty * mean_size(weights)

    candidates = Candidates(team, make, on_task(dev), name="mixed", penalty=price)
    motion = Motion(iterations=options.iterations, bound=options.bound)
    found = await search(numbers(options.by, len(models), options.population, motion, team.seed("search")), candidates)
    learned = Weights(weights=dict(zip(models, found.best, strict=True)), value=found.score)
    return team.with_models({"mixed": candidates.best or make(found.best, "mixed")}).with_learned(learned)


def mean_size(weights: Vector) -> float:
    """The mean absolute weight, mean |w_k|."""
    return sum(map(abs, weights)) / len(weights)
