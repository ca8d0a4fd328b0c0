"""Merge: one model from all members by arithmetic on their parameters, by any method of the table.

    theta = method(theta_1, .., theta_K; b)        with settings that may change from the first layer to the last

The methods are the rows of `trainers/merging/methods.py`: linear, slerp, multislerp, karcher, task_arithmetic,
ties, dare_linear, dare_ties, della, breadcrumbs, model_stock, sce, nearswap, ram, ..; each class names its paper.
Task arithmetic is the one to begin with: of the methods that add up changes it helped most reliably in a
systematic study on large models, https://arxiv.org/abs/2511.21437. What differs from mergekit: float32 with one
rounding, nothing is normalised silently, masks depend on seed, model and entry.
"""

from typing import Any

from ...agents import Open, Team
from ...agents.objective import Objective
from ...agents.options import takes
from ...trainers.merging import merge
from .options.merge import Options


@takes(Options)
async def prepare(team: Team[Open], dev: Objective | None, options: Options) -> Team[Open]:
    """A team of one, the merged model. Nothing is scored, so no dev split is needed."""
    origin = None if options.base is None else team.models[options.base]
    models = {name: model for name, model in team.models.items() if name != options.base}
    settings: dict[str, Any] = {"gradients": options.depth, "align": options.align, **(options.settings or {})}
    merged = merge(models, options.method, name="merged", base=origin, **settings)
    return team.with_models({"merged": merged})
