"""Checks before parameters are merged; each fault is one error message."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from ...agents import Open, Stepper
from ...agents.errors import ArchitectureMismatch, BadModel, VocabularyMismatch
from ...agents.models.base import Configured
from .functions import check_functions

if TYPE_CHECKING:
    from torch import Tensor

    from ...agents.models.base import Parameters

OUTPUT: Final = "lm_head.weight"
INPUT: Final = "model.embed_tokens.weight"


class Untied(Mapping[str, "Tensor"]):
    """The parameters of a model with tied embeddings, with its input embedding as its output layer too.

    >>> import torch
    >>> untied = Untied({INPUT: torch.ones(2, 2)})
    >>> list(untied), untied[OUTPUT] is untied[INPUT]
    (['model.embed_tokens.weight', 'lm_head.weight'], True)
    """

    def __init__(self, tied: "Parameters") -> None:
        self._tied = tied

    def __getitem__(self, name: str) -> "Tensor":
        return self._tied[INPUT if name == OUTPUT else name]

    def __iter__(self) -> Iterator[str]:
        yield from self._tied
        yield OUTPUT

    def __len__(self) -> int:
        return len(self._tied) + 1


def check_vocabularies(models: Mapping[str, Stepper]) -> None:
    """Raise `VocabularyMismatch` unless all models have one vocabulary, since embedding rows are matched by id."""
    (first, lead), *others = models.items()
    for name, model in others:
        if model.vocabulary.fingerprint != lead.vocabulary.fingerprint:
            raise VocabularyMismatch(
                f"merge: the vocabulary of {name} is not that of {first} "
                f"({model.vocabulary.size:,} and {lead.vocabulary.size:,} tokens). Merge models of one tokenizer."
            )


def check_alike(models: Mapping[str, Open]) -> None:
    """Raise `ArchitectureMismatch` for models whose configurations make other functions of the same tensors."""
    if stated := {name: model.settings for name, model in models.items() if isinstance(model, Configured)}:
        check_functions(stated)


def check_mergeable(models: Mapping[str, Open]) -> None:
    """Check that these models can be merged; every tensor is read once.

    Raises `VocabularyMismatch`, `ArchitectureMismatch`, `BadModel`, as their merge would.
    """
    check_vocabularies(models)
    check_alike(models)
    parameters = same_names({name: model.parameters for name, model in models.items()})
    lead = next(iter(parameters.values()))
    for tensor in lead:
        shape = tuple(lead[tensor].shape)
        for name, own in parameters.items():
            check_shape(tensor, name, own[tensor], shape)
            check_finite(tensor, name, own[tensor])


def same_names(models: Mapping[str, "Parameters"]) -> dict[str, "Parameters"]:
    """The parameters with the first model's names; tied output layers are untied where its own is not tied.

    Raises `ArchitectureMismatch` for other names.
    """
    (first, lead), *others = models.items()
    same = {first: lead}
    for name, parameters in others:
        differs = set(lead) ^ set(parameters)
        if differs == {OUTPUT} and OUTPUT in parameters:
            raise ArchitectureMismatch(
                f"merge: {first} writes with its input embedding, {name} with {OUTPUT} of its own. Name {name} first."
            )
        if differs == {OUTPUT} and INPUT in parameters:
            parameters = Untied(parameters)
        elif differs:
            raise ArchitectureMismatch(
                f"merge: {name} differs from {first} in {len(differs)} tensors, {min(differs)} for one. "
                "Merge models of one architecture."
            )
        same[name] = parameters
    return same


def check_shape(name: str, model: str, tensor: "Tensor", shape: tuple[int, ...]) -> None:
    """Raise `ArchitectureMismatch` unless the tensor has this shape."""
    if tuple(tensor.shape) != shape:
        raise ArchitectureMismatch(
            f"merge: {name} is {tuple(tensor.shape)} in {model}, and {shape} in the first model. "
            "Merge models of one architecture."
        )


def check_finite(name: str, model: str, tensor: "Tensor") -> None:
    """Raise `BadModel` if the tensor holds NaN or infinity."""
    if not finite(tensor):
        raise BadModel(f"merge: {name} of {model} holds NaN or infinity. Train or save that model again.")


def finite(tensor: "Tensor") -> bool:
    """True if all entries are finite, by their sum, or entry by entry where that overflows."""
    return bool(tensor.sum().isfinite()) or bool(tensor.isfinite().all())
