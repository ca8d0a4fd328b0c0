"""Preference pairs by token id: two answers to one prompt, the better one first."""

from collections.abc import Sequence
from typing import Final, NamedTuple, Self

from pydantic import Field, model_validator

from ...agents.errors import BadData
from ...agents.frozen import Frozen
from ...agents.message import Answer
from .sequence import check_tokens

GAP: Final = 0.02
"""The least difference of scores of a pair, as in CollabLLM's offline DPO."""


class PreferencePair(Frozen, tag="preference_pair/1"):
    """The token ids of a prompt, of the answer that is preferred and of the other; their scores if they are known.

    >>> PreferencePair(prompt_ids=(1, 2), chosen_ids=(7, 9), rejected_ids=(8, 9), score_chosen=0.9).tied
    False
    """

    prompt_ids: tuple[int, ...] = Field(min_length=1)
    chosen_ids: tuple[int, ...] = Field(min_length=1)
    rejected_ids: tuple[int, ...] = Field(min_length=1)
    score_chosen: float | None = Field(default=None, allow_inf_nan=False)
    score_rejected: float | None = Field(default=None, allow_inf_nan=False)
    source: str = ""

    @model_validator(mode="after")
    def _checked(self) -> Self:
        if self.gap is not None and self.gap < 0:
            raise ValueError(
                f"the chosen answer has {self.score_chosen}, the rejected one {self.score_rejected}. Swap them."
            )
        return self

    @property
    def gap(self) -> float | None:
        """The difference of the scores; None unless both are known."""
        if self.score_chosen is None or self.score_rejected is None:
            return None
        return self.score_chosen - self.score_rejected

    @property
    def tied(self) -> bool:
        """True if the answers are the same or have the same score: there is nothing to prefer."""
        return self.chosen_ids == self.rejected_ids or self.gap == 0

    @property
    def longest(self) -> int:
        """The number of tokens of the prompt with the longer answer."""
        return len(self.prompt_ids) + max(len(self.chosen_ids), len(self.rejected_ids))


def pair_of(chosen: Answer, rejected: Answer, *, scores: tuple[float, float] | None = None) -> PreferencePair:
    """The pair of two recorded answers to one prompt. Raises `BadData` for other prompts or no token ids.

    >>> pair_of(Answer(text="a", prompt_ids=(1,), ids=(7,)), Answer(text="b", prompt_ids=(1,), ids=(8,))).tied
    False
    """
    for name, answer in (("chosen", chosen), ("rejected", rejected)):
        check_tokens(answer, f"pair: the {name} answer")
    if chosen.prompt_ids != rejected.prompt_ids:
        raise BadData("pair: its answers are to two prompts. Pair answers to the same one.")
    high, low = scores or (None, None)
    return PreferencePair(
        prompt_ids=chosen.prompt_ids,
        chosen_ids=chosen.ids,
        rejected_ids=rejected.ids,
        score_chosen=high,
        score_rejected=low,
    )


class Sifted(NamedTuple):
    """The pairs that can be trained on, and how many were tied or closer than the gap.

    >>> Sifted(pairs=(), tied=3).tied
    3
    """

    pairs: tuple[PreferencePair, ...]
    tied: int


def sifted(pairs: Sequence[PreferencePair], gap: float = GAP, *, where: str = "dpo") -> Sifted:
    """The pairs without ties, and without those whose scores differ by less than `gap`.

    Raises `BadData` if there are no pairs, or none is left.
    """
    if not pairs:
        raise BadData(f"{where}: no preference pairs. Give at least one.")
    # A gap of .02 is not less than .02, whatever the last bit of a difference of floats says.
    kept = tuple(one for one in pairs if not one.tied and (one.gap is None or one.gap >= gap - 1e-9))
    if not kept:
        raise BadData(
            f"{where}: all {len(pairs):,} pairs are tied or closer than {gap:g}. Sample more answers to each prompt, "
            "at a higher temperature, or lower the gap."
        )
    return Sifted(kept, len(pairs) - len(kept))
