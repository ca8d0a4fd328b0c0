"""Merge: one model from all members by arithmetic on their parameters, by any method of the table.

    theta = method(theta_1, .., theta_K; b)        with settings that may change from the first layer to the last

The methods are the rows of `trainers/merging/methods.py`: linear, slerp, multislerp, karcher, task_arithmetic,
ties, dare_linear, dare_ties, della, breadcrumbs, model_stock, sce, nearswap, ram, ..; each class names its paper.
Task arithmetic is the one to begin with: of the methods that add up changes it helped most reliably in a
systematic study on large models, https://arxiv.org/abs/2511.21437. What differs from mergekit: float32 with one
rounding, nothing is normalised silently, masks depend on seed, model and entry.
"""

from collections.abc import Mapping
from typing import Any

from ...agents import Open, Team
from ...agents.objective import Objective
from ...trainers.merging import check_settings, merge

Settings = Mapping[str, Any]


async def prepare(
    team: Team[Open],
    dev: Objective | None,
    *,
    method: str = "linear",
    base: str | None = None,
    settings: Settings | None = None,
    depth: Mapping[str, tuple[Any, ...]] | None = None,
    align: bool = False,
) -> Team[Open]:
    """A team of one, the merged model. Nothing is scored, so no dev split is needed.

    `base` is the member that the others were trained from, for methods that need one. `settings` are the method's
    own (`weights` are one a member, in the order of the team, the base left out), `depth` those that change with
    depth: their values at equal distances from the first layer to the last. With `align`, members whose tokenizers
    differ in added tokens or in the order of ids are matched token by token.
    """
    check(team.names, method=method, base=base, settings=settings, depth=depth)
    origin = None if base is None else team.models[base]
    models = {name: model for name, model in team.models.items() if name != base}
    merged = merge(models, method, name="merged", base=origin, gradients=depth, align=align, **(settings or {}))
    return team.with_models({"merged": merged})


def check(
    members: tuple[str, ...],
    *,
    method: str = "linear",
    base: str | None = None,
    settings: Settings | None = None,
    depth: Mapping[str, tuple[Any, ...]] | None = None,
) -> None:
    """Raise `BadScenario` or `UnknownName` for settings that the method does not take."""
    check_settings(members, base, method, settings or {}, depth)
