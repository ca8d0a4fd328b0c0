"""DARE-TIES: add up what each model changed in a common base, with random entries dropped and signs elected.

    delta_k = drop(theta_k - b) / (1 - p)
    theta = b + scale * (mean of the delta_k that have the elected sign, by weight)

DARE: Yu et al. 2024, https://arxiv.org/abs/2311.03099; TIES: Yadav et al. 2023,
https://arxiv.org/abs/2306.01708; MoCo's weight_dare_ties. What differs: entries are really dropped (there the
density is 1); the mean is over those that agree (their sum shrinks every change; `normalize: false` is that);
masks depend on seed, model and entry, so the model that is kept is the one that was scored; float32;
`optimized` starts from equal weights, so it is never worse than those on dev.
"""

from math import exp
from typing import Any, Final, Literal

from pydantic import Field

from ...agents import Message, Open, Team
from ...agents.errors import BadScenario
from ...agents.objective import Objective
from ...agents.options import ProtocolOptions, takes
from ...trainers.merging import merge
from ...trainers.merging.checks import check_mergeable
from ...trainers.search import Vector, search
from ...trainers.search.candidates import Candidates
from ...trainers.search.motion import Motion
from ...trainers.search.numbers import By, numbers
from ...trainers.search.scoring import on_task

MOTION: Final = Motion(iterations=5)


class Weights(Message):
    """The result of `prepare`: each model's weight in the merge, and the merge's dev score if weights were searched.

    >>> Weights(weights=dict(zip(("amber", "blue"), softmax((0.0, 0.0))))).weights
    {'amber': 0.5, 'blue': 0.5}
    """

    weights: dict[str, float]
    score: float | None = None


class Options(ProtocolOptions):
    """The merging method, its settings, and the search of weights.

    >>> Options.given({"mode": "best"}, where="weight/dare_ties")
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: weight/dare_ties.mode: input should be 'average' or 'optimized', not 'best'.
    """

    base: str | None = Field(None, description="The member the others were trained from, by default the first.")
    mode: Literal["average", "optimized"] = Field("average", description="Equal weights, or searched on dev.")
    method: str = Field("dare_ties", description="A merging method with a density.")
    density: float = Field(0.5, gt=0, le=1, description="The share of entries that is kept.")
    scale: float = Field(1.0, allow_inf_nan=False, description="The factor of the merged change.")
    normalize: bool = Field(True, description="Divide by the weights of the models that agree.")
    motion: Motion = Field(MOTION, description="The parameters of the swarm.")
    population: int = Field(5, ge=1, description="Candidates of a round.")
    by: By = Field("swarm", description="Search by a swarm or by CMA-ES.")


@takes(Options)
async def prepare(team: Team[Open], dev: Objective, options: Options) -> Team[Open]:
    """A team of one, the merge of all members but `base`, by default the first.

    `method` is any merging method with a density, ties for example. `optimized` searches the weights, a
    softmax of the vector that a swarm or CMA-ES finds.
    """
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


def softmax(position: Vector) -> tuple[float, ...]:
    """Positive weights that sum to one."""
    powers = [exp(value - max(position)) for value in position]
    return tuple(power / sum(powers) for power in powers)
