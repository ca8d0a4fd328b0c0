"""Alignment of embedding rows by token, for models whose tokenizers differ in ids or added tokens.

Tokenizers may differ in the order of ids, in added tokens and in padding rows. Where they split text differently, rows
of equal tokens were trained for different uses, so such models are refused.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import torch
from torch import Tensor

from ...agents.errors import VocabularyMismatch

if TYPE_CHECKING:
    from ...agents.models.base import Parameters
    from ...agents.models.hf.token_map import TokenMap

BY_TOKEN: Final = ("embed_tokens.weight", "lm_head.weight", "wte.weight", "embed_in.weight", "embed_out.weight")
"""The suffixes of parameters with one row a token."""


def check_segmentation(token_maps: "Mapping[str, TokenMap]") -> None:
    """Raise `VocabularyMismatch` unless all tokenizers split text into tokens alike."""
    (first, lead), *others = token_maps.items()
    for name, other in others:
        if other.segmentation != lead.segmentation:
            raise VocabularyMismatch(
                f"merge: the tokenizers of {first} and {name} cut text differently, so their embeddings cannot be "
                "aligned. Merge models of one tokenizer, or have them write together with logit/unite."
            )


def check_covered(token_maps: "Mapping[str, TokenMap]") -> None:
    """Raise `VocabularyMismatch` unless the first model has all tokens of the others."""
    (first, lead), *others = token_maps.items()
    for name, other in others:
        if more := sorted(other.ids.keys() - lead.ids.keys()):
            raise VocabularyMismatch(
                f"merge: {name} has {len(more)} tokens that {first} lacks, {more[0]!r} for one. Name {name} first, "
                "or merge their folders with vocabulary='union'."
            )


def by_id(token_map: "TokenMap", rows: int) -> list[str | None]:
    """The token of each of at least `rows` embedding rows; None for a row without a token."""
    tokens = {number: token for token, number in token_map.ids.items()}
    return [tokens.get(row) for row in range(max(rows, 1 + max(tokens)))]


def row_count(parameters: "Parameters") -> int:
    """The number of embedding rows."""
    return int(next(parameters[name] for name in parameters if name.endswith(BY_TOKEN)).shape[0])


def aligned(
    models: "Mapping[str, Parameters]", token_maps: "Mapping[str, TokenMap]", tokens: Sequence[str | None]
) -> "dict[str, Parameters]":
    """The parameters of all models, with one embedding row for each of `tokens`; the first model's rows come first."""
    lead, *_ = models
    own = row_count(models[lead])
    rows = {
        name: torch.tensor([-1 if token is None else token_maps[name].ids.get(token, -1) for token in tokens])
        for name in models
    }
    padding = torch.tensor([token is None and row < own for row, token in enumerate(tokens)])
    rows[lead] = torch.where(padding, torch.arange(len(tokens)), rows[lead])
    return {name: Aligned(name, models, rows) for name in models}


class Aligned(Mapping[str, Tensor]):
    """A model's parameters with embedding rows in the common order.

    A token that it lacks has the mean row of the models that have it, so that they agree; a row that none has is zero.

    >>> name = "lm_head.weight"
    >>> models = {"amber": {name: torch.tensor([[1.0], [2.0]])}, "blue": {name: torch.tensor([[5.0], [6.0], [7.0]])}}
    >>> rows = {"amber": torch.tensor([0, 1, -1]), "blue": torch.tensor([2, 1, 0])}  # amber lacks the last token
    >>> Aligned("amber", models, rows)[name].flatten().tolist()
    [1.0, 2.0, 5.0]
    """

    def __init__(self, name: str, models: "Mapping[str, Parameters]", rows: Mapping[str, Tensor]) -> None:
        self._own = models[name]
        self._rows = rows[name]
        self._others = [(models[other], rows[other]) for other in models if other != name]

    def __getitem__(self, name: str) -> Tensor:
        tensor = self._own[name]
        if not name.endswith(BY_TOKEN):
            return tensor
        rows = self._rows.to(tensor.device)
        gathered = tensor[rows.clamp(min=0)]
        lacking = rows < 0
        if lacking.any():
            gathered[lacking] = self._mean(name, lacking, tensor).to(gathered.dtype)
        return gathered

    def _mean(self, name: str, wanted: Tensor, like: Tensor) -> Tensor:
        """The mean rows over the other models that have them, in float32."""
        total = torch.zeros(int(wanted.sum()), like.shape[1], device=like.device)
        count = torch.zeros(len(total), 1, device=like.device)
        for parameters, rows in self._others:
            there = rows.to(like.device)[wanted]
            has = there >= 0
            total[has] += parameters[name].to(like.device)[there[has]].float()
            count[has] += 1
        return total / count.clamp(min=1)

    def __iter__(self) -> Iterator[str]:
        return iter(self._own)

    def __len__(self) -> int:
        return len(self._own)
