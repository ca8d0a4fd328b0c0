"""Mixtures: models whose coefficients sum to one, theta = sum_k c_k theta_k."""

from collections.abc import Mapping, Sequence

from ...agents import Open
from ...agents.errors import BadScenario
from ...agents.models.absent import Absent
from . import merge


def mixture(models: Mapping[str, Open], coefficients: Sequence[float], *, name: str) -> Open:
    """The model with these coefficients; one of the models itself where all others are zero.

    Raises `BadScenario` unless the coefficients sum to one, and what `combine` raises.
    """
    if abs(sum(coefficients) - 1) > 1e-6:
        raise BadScenario(f"{name}: its coefficients sum to {sum(coefficients):g}, not to one. Use combine for others.")
    parts = {one: part for one, part in zip(models, coefficients, strict=True) if part != 0}
    used = {one: models[one] for one in parts}
    if list(parts.values()) == [1]:
        return next(iter(used.values()))
    if all(hasattr(model, "through") for model in used.values()):
        from ..merging.adapters import on_one_base, summed

        first, *_ = adapted = list(used.values())
        if on_one_base(adapted):
            total = summed([model.adapter for model in adapted], list(parts.values()), name=name)  # type: ignore[attr-defined]
            return first.through(total)  # type: ignore[attr-defined, no-any-return]
    return merge(used, "linear", name=name, weights=tuple(parts.values()))


def factor_mixture(models: Mapping[str, Open], weights: Sequence[float], *, base: Open, name: str) -> Open:
    """A model with LoRA factors averaged separately: the update is (sum_k w_k B_k) (sum_k w_k A_k).

    Raises `BadScenario` for models that are not adapters on one resident base, or adapters of different rank or scale.
    """
    if isinstance(base, Absent):
        return Absent(name)
    from ..merging.adapters import averaged_factors, on_one_base

    adapters = [one for model in models.values() if (one := getattr(model, "adapter", None)) is not None]
    if len(adapters) < len(models) or not on_one_base([base, *models.values()]):
        raise BadScenario(f"{name}: factors are only averaged of LoRA adapters on one base. Mix in products.")
    return base.through(averaged_factors(adapters, weights, name=name))  # type: ignore[attr-defined, no-any-return]
