"""Rows of embeddings matched by what their tokens say, for models whose tokenizers number or extend them differently.

It can be done where the tokenizers cut text alike and differ in the order of ids, in added tokens or in padding
rows. Where they cut it differently, rows of one name were trained for different uses: that is refused.
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
"""How the names end of parameters that have a row a token."""


def check_cutting(lexicons: "Mapping[str, TokenMap]") -> None:
    """Raise `VocabularyMismatch` unless all tokenizers cut text alike."""
    (first, lead), *others = lexicons.items()
    for name, other in others:
        if other.segmentation != lead.segmentation:
            raise VocabularyMismatch(
                f"merge: the tokenizers of {first} and {name} cut text differently, so their embeddings cannot be "
                "aligned. Merge models of one tokenizer, or have them write together with logit/unite."
            )


def check_covered(lexicons: "Mapping[str, TokenMap]") -> None:
    """Raise `VocabularyMismatch` unless the first model has every token that another has."""
    (first, lead), *others = lexicons.items()
    for name, other in others:
        if more := sorted(other.ids.keys() - lead.ids.keys()):
            raise VocabularyMismatch(
                f"merge: {name} has {len(more)} tokens that {first} lacks, {more[0]!r} for one. Name {name} first, "
                "or merge their folders with vocabulary='union'."
            )


def by_id(token_map: "TokenMap", rows: int) -> list[str | None]:
    """What each of at least `rows` rows means; None for a row that has no token."""
    meanings = {number: token for token, number in token_map.ids.items()}
    return [meanings.get(row) for row in range(max(rows, 1 + max(meanings)))]


def row_count(parameters: "Parameters") -> int:
    """How many rows the embeddings have."""
    return int(next(parameters[name] for name in parameters if name.endswith(BY_TOKEN)).shape[0])


def aligned(
    models: "Mapping[str, Parameters]", lexicons: "Mapping[str, TokenMap]", tokens: Sequence[str | None]
) -> "dict[str, Parameters]":
    """The parameters of all models with embeddings of these tokens, of which the first model's rows come first."""
    lead, *_ = models
    own = row_count(models[lead])
    rows = {
        name: torch.tensor([-1 if token is None else lexicons[name].ids.get(token, -1) for token in tokens])
        for name in models
    }
    padding = torch.tensor([token is None and row < own for row, token in enumerate(tokens)])
    rows[lead] = torch.where(padding, torch.arange(len(tokens)), rows[lead])
    return {name: Aligned(name, models, rows) for name in models}


class Aligned(Mapping[str, Tensor]):
    """A model's parameters with the rows of its embeddings in the common order.

    A token it lacks has the mean row of those that have it, so that there is nothing to disagree about; a row
    that none has is zero.
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
        taken = tensor[rows.clamp(min=0)]
        lacking = rows < 0
        if lacking.any():
            taken[lacking] = self._mean(name, lacking, tensor).to(taken.dtype)
        return taken

    def _mean(self, name: str, wanted: Tensor, like: Tensor) -> Tensor:
        """The mean row of the other models that have one, in float32."""
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
