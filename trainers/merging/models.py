"""Models in, a live model out. Nothing here reads a tensor: that happens when the new model is made."""

from collections.abc import Mapping, Sequence
from typing import Any

from ...agents import Open
from ...agents.errors import BadScenario
from .checks import check_vocabularies, same_names


def average(models: Sequence[Open], *, name: str) -> Open:
    """The uniform mean of models of one architecture. Raises `ArchitectureMismatch`, `VocabularyMismatch`."""
    return combine(models, [1 / len(models)] * len(models), name=name)


def combine(models: Sequence[Open], coefficients: Sequence[float], *, name: str) -> Open:
    """A live model with the parameters sum_k c_k theta_k. Raises `ArchitectureMismatch`, `VocabularyMismatch`."""
    numbered = {f"model {number}": model for number, model in enumerate(models, 1)}
    return merge(numbered, "linear", name=name, weights=tuple(coefficients))


def merge(
    models: Mapping[str, Open],
    method: str,
    *,
    name: str,
    base: Open | None = None,
    gradients: Mapping[str, Sequence[Any]] | None = None,
    **options: Any,  # noqa: ANN401 - each method's own
) -> Open:
    """A live model, merged by a method of `methods.METHODS` with these options.

    `base` is what the models were trained from, for the methods that add up changes. The keys of `models`
    name them in errors, and are what their random masks depend on. `gradients` are options that change with
    depth, see `depth.ByDepth`. Raises `UnknownName`, `BadScenario`,
    `ArchitectureMismatch`, `VocabularyMismatch`, `BadModel` for a number that is not finite.
    """
    from .depth import ByDepth
    from .methods import checked
    from .streaming import Streamed

    rule = ByDepth(method, options, gradients) if gradients else checked(method, options)
    if not models:
        raise BadScenario(f"merge: no models for {name}. Give at least one.")
    rule.check(method, len(models), based=base is not None)
    everyone = {**models, **({"the base": base} if base is not None else {})}
    check_vocabularies(everyone)
    first, *_ = models.values()
    parameters = same_names({key: model.parameters for key, model in everyone.items()})
    if isinstance(rule, ByDepth):
        rule = rule.spanning(first.parameters)
    return first.with_parameters(Streamed(rule, parameters, based=base is not None), name=name)
