"""DARE-TIES: add up what each model changed in a common base, with random entries dropped and signs elected.

    delta_k = drop(theta_k - b) / (1 - p)
    theta = b + scale * (mean of the delta_k that have the elected sign, by weight)

DARE: Yu et al. 2024, https://arxiv.org/abs/2311.03099; TIES: Yadav et al. 2023,
https://arxiv.org/abs/2306.01708; MoCo's weight_dare_ties. What differs: entries are really dropped (there the
density is 1); the mean is over those that agree (their sum shrinks every change; `normalize: false` is that);
masks depend on seed, model and entry, so the model that is kept is the one that was scored; float32;
`optimized` starts from equal weights, so it is never worse than those on dev.
"""

from typing import Any

from ...agents import Open, Team
from ...agents.errors import BadScenario
from ...agents.objective import Objective
from ...agents.options import takes
from ...trainers.merging import merge
from ...trainers.merging.checks import check_mergeable
from ...trainers.search import Vector, search
from ...trainers.search.candidates import Candidates
from ...trainers.search.numbers import numbers
from ...trainers.search.scoring import on_task
from ...trainers.search.simplex import softmax
from .messages.dare_ties import Weights
from .options.dare_ties import Options


@takes(Options)
async def prepare(team: Team[Open], dev: Objective, options: Options) -> Team[Open]:
    """A team of one, the merge of all members but `base`; searched weights are a softmax of a vector."""
    origin = team.named(options.base, default=team.names[0])
    models = {name: team.models[name] for name in team if name != origin}
    if not models:
        raise BadScenario("dare_ties: a team of one. It needs a base and a model that was trained from it.")
    check_mergeable(team.models)
    settings: dict[str, Any] = {
        "density": options.density,
        "scale": options.scale,
        "normalize": options.normalize,
        "seed": team.seed("masks"),
    }

    def make(position: Vector, name: str) -> Open:
        return merge(models, options.method, name=name, base=team.models[origin], weights=softmax(position), **settings)

    if options.mode == "average":
        position, score = (0.0,) * len(models), None
        merged = make(position, "merged")
    else:
        candidates = Candidates(team, make, on_task(dev), name="merged")
        position, score, _ = await search(
            numbers(options.by, len(models), options.population, options.motion, team.seed("search")), candidates
        )
        merged = candidates.best or make(position, "merged")
    weights = dict(zip(models, softmax(position), strict=True))
    return team.with_models({"merged": merged}).with_learned(Weights(weights=weights, score=score))
