"""Mixtures: models whose coefficients sum to one, theta = sum_k c_k theta_k.

Soups, swarms, extrapolations and LoraHub all make them. Models that lie on one resident base as LoRA adapters are mixed
as one adapter, theta = b + sum_k c_k s_k B_k A_k: exact, nothing is copied, and all candidates of a search are read in
one mixed batch. Others are merged tensor by tensor.
"""

from collections.abc import Mapping, Sequence

from ...agents import Open
from ...agents.errors import BadScenario
from ...agents.models.absent import Absent
from ...agents.models.base import Adapted
from . import merge


def mixture(models: Mapping[str, Open], coefficients: Sequence[float], *, name: str) -> Open:
    """The model with these coefficients; one of the models itself where all others are zero.

    Raises `BadScenario` unless the coefficients sum to one, and what `merge` raises.
    """
    if abs(sum(coefficients) - 1) > 1e-6:
        raise BadScenario(f"{name}: its coefficients sum to {sum(coefficients):g}, not to one. Use combine for others.")
    parts = {one: part for one, part in zip(models, coefficients, strict=True) if part != 0}
    used = {one: models[one] for one in parts}
    if list(parts.values()) == [1]:
        return next(iter(used.values()))
    adapted = on_one_base(list(used.values()))
    if adapted:
        from .adapters import summed

        return adapted[0].through(summed([one.adapter for one in adapted], list(parts.values()), name=name))
    return merge(used, "linear", name=name, weights=tuple(parts.values()))


def factor_mixture(models: Mapping[str, Open], weights: Sequence[float], *, base: Open, name: str) -> Open:
    """A model with LoRA factors averaged separately: the update is (sum_k w_k B_k) (sum_k w_k A_k).

    Raises `BadScenario` for models that are not adapters on one resident base, or adapters of different rank or scale.
    """
    if isinstance(base, Absent):
        return Absent(name)
    from .adapters import averaged_factors

    lead, *adapted = on_one_base([base, *models.values()]) or (None,)
    adapters = [one.adapter for one in adapted if one.adapter is not None]
    if lead is None or len(adapters) < len(models):
        raise BadScenario(f"{name}: factors are only averaged of LoRA adapters on one base. Mix in products.")
    return lead.through(averaged_factors(adapters, weights, name=name))


def on_one_base(models: Sequence[Open]) -> list[Adapted]:
    """The models, if all read the same resident weights, each through its own adapter or none; else an empty list."""
    adapted = [model for model in models if isinstance(model, Adapted)]
    same = len(adapted) == len(models) and len({id(model.engine) for model in adapted}) == 1
    return adapted if same else []
