"""Merging of models in memory. Tensors are read only when the new model is made."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from ...agents import Open
from ...agents.errors import BadScenario, MissingCapability, UnknownName
from ...agents.models.absent import Absent
from ...agents.models.base import Tokenized
from .checks import check_alike, check_vocabularies, same_names

if TYPE_CHECKING:
    from ...agents.models.base import Parameters
    from ...agents.models.hf.token_map import TokenMap
    from .depth import ByDepth
    from .method import Method

    Rule: TypeAlias = Method | ByDepth


def average(models: Sequence[Open], *, name: str) -> Open:
    """The uniform average of models of one architecture. Raises `ArchitectureMismatch`, `VocabularyMismatch`."""
    return combine(models, [1 / len(models)] * len(models), name=name)


def combine(models: Sequence[Open], coefficients: Sequence[float], *, name: str) -> Open:
    """A model with the parameters sum_k c_k theta_k. Raises `ArchitectureMismatch`, `VocabularyMismatch`."""
    numbered = {f"model {number}": model for number, model in enumerate(models, 1)}
    return merge(numbered, "linear", name=name, weights=tuple(coefficients))


def check_settings(
    members: Sequence[str],
    base: str | None,
    method: str,
    settings: Mapping[str, Any],
    gradients: Mapping[str, Sequence[Any]] | None = None,
) -> int:
    """The number of models that a method merges: all members but the base. Reads no model.

    Raises `UnknownName` for an unknown base, method or setting; `BadScenario` for settings that do not fit.
    """
    if base is not None and base not in members:
        raise UnknownName("agent", base, members, where="team")
    models = len(members) - (base is not None)
    if not models:
        raise BadScenario("merge: a base alone. Give it a model that was trained from it.")
    rule_of(method, settings, gradients).check(method, models, based=base is not None)
    return models


def rule_of(method: str, settings: Mapping[str, Any], gradients: Mapping[str, Sequence[Any]] | None) -> "Rule":
    """The named method with its settings and gradients."""
    from .depth import ByDepth
    from .methods import checked

    return ByDepth(method, settings, gradients) if gradients else checked(method, settings)


def merge(  # noqa: PLR0913 - keywords, most of them left out
    models: Mapping[str, Open],
    method: str,
    *,
    name: str,
    base: Open | None = None,
    gradients: Mapping[str, Sequence[Any]] | None = None,
    align: bool = False,
    **options: Any,  # noqa: ANN401 - each method's own
) -> Open:
    """Merge models by a method of `methods.METHODS` with these options into a new model.

    `base` is the model that the others were trained from, for methods on task vectors. The keys of `models` name them
    in errors and seed their random masks. `gradients` are options that vary with depth, see `depth.ByDepth`. `align`
    matches embeddings by token, see `alignment`, where the first model has every token. Raises `UnknownName`,
    `BadScenario`, `ArchitectureMismatch`, `VocabularyMismatch`, and `BadModel` for NaN or infinity.
    """
    from .depth import ByDepth
    from .streaming import Streamed

    rule = rule_of(method, options, gradients)
    if not models:
        raise BadScenario(f"merge: no models for {name}. Give at least one.")
    rule.check(method, len(models), based=base is not None)
    everyone = {**models, **({"the base": base} if base is not None else {})}
    first, *_ = models.values()
    parameters = matched(everyone) if align else of_one_vocabulary(everyone)
    if isinstance(rule, ByDepth):
        rule = rule.spanning(first.parameters)
    return first.with_parameters(Streamed(rule, parameters, based=base is not None), name=name)


def of_one_vocabulary(models: Mapping[str, Open]) -> "dict[str, Parameters]":
    """The parameters of models with one vocabulary. Raises `VocabularyMismatch`, `ArchitectureMismatch`."""
    check_vocabularies(models)
    check_alike(models)
    return same_names({key: model.parameters for key, model in models.items()})


def matched(models: Mapping[str, Open]) -> "dict[str, Parameters]":
    """The parameters, embeddings aligned to the first model's tokens.

    Raises `VocabularyMismatch`, `ArchitectureMismatch`.
    """
    if any(isinstance(model, Absent) for model in models.values()):
        return of_one_vocabulary(models)
    from .alignment import aligned, by_id, check_covered, check_segmentation, row_count

    token_maps = {name: token_map_of(name, model) for name, model in models.items()}
    check_segmentation(token_maps)
    check_covered(token_maps)
    check_alike(models)
    parameters = same_names({key: model.parameters for key, model in models.items()})
    first, *_ = token_maps
    return aligned(parameters, token_maps, by_id(token_maps[first], row_count(parameters[first])))


def token_map_of(name: str, model: Open) -> "TokenMap":
    """The token map of a model. Raises `MissingCapability` for one whose tokenizer does not show."""
    if not isinstance(model, Tokenized):
        raise MissingCapability(
            f"{name}: does not show its tokenizer, so its tokens cannot be matched. Leave align out."
        )
    return model.token_map
