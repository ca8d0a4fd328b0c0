"""LoraHub: add up fine-tuned models on their base, with weights searched on a few dev examples.

    theta = b + sum_k w_k (theta_k - b);   w = argmax dev(theta) - penalty * mean |w_k|,   |w_k| <= bound

Huang et al. 2023, https://arxiv.org/abs/2307.13269; MoCo's weight_lorahub. What differs: changes are added
in product space, exactly and for adapters of any rank (`factors` averages A and B apart, as they do); adapters
on one resident base are searched in one mixed batch; the search is a swarm or CMA-ES, not nevergrad's.
"""

from ...agents import Open, Team
from ...agents.errors import BadScenario
from ...agents.objective import Objective
from ...agents.options import takes
from ...trainers.merging.checks import check_mergeable
from ...trainers.merging.mixture import factor_mixture, mixture
from ...trainers.search import Vector, search
from ...trainers.search.candidates import Candidates
from ...trainers.search.motion import Motion
from ...trainers.search.numbers import numbers
from ...trainers.search.scoring import on_task
from .messages.lorahub import Weights
from .options.lorahub import Options


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
