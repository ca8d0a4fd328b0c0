"""The games that graders of pairs played, read back from samples."""

from collections.abc import Sequence
from typing import NamedTuple

from ..sample import Sample
from ..task import Item
from .golds import baseline_of
from .pairwise import FIRST, SECOND


class Pairing(NamedTuple):
    """An answer and a baseline's, and the values of their games with the answer first and second, None if invalid.

    >>> Pairing("4", "four", 1.0, None, None).values
    (1.0,)
    """

    answer: str
    baseline: str
    first: float | None
    second: float | None
    cluster: str | None

    @property
    def values(self) -> tuple[float, ...]:
        """The values of the valid games."""
        return tuple(value for value in (self.second, self.first) if value is not None)

    @property
    def gap(self) -> float:
        """The difference of the lengths in characters over their sum; positive where the answer is longer."""
        return (len(self.answer) - len(self.baseline)) / max(1, len(self.answer) + len(self.baseline))


def games_of(samples: Sequence[Sample]) -> list[Pairing]:
    """The pairs that were judged, a turn each; samples without an answer that was judged are left out."""
    found = []
    for sample in samples:
        if sample.judging is None:
            continue
        texts = (*sample.earlier, sample.output)
        for turn, text in enumerate(texts, 1):
            before = f"turn {turn}, " if len(texts) > 1 else ""
            first, second = (sample.parts.get(before + place) for place in (FIRST, SECOND))
            found.append(Pairing(text, baseline_at(sample, turn), first, second, sample.cluster or sample.id))
    return found


def baseline_at(sample: Sample, turn: int) -> str:
    """The baseline's answer at a turn of a sample, counted from 1; empty where the gold has none."""
    gold = sample.gold
    turns = gold.get("turns") if isinstance(gold, dict) else None
    if turns and turn <= len(turns):
        gold = {**gold, **turns[turn - 1]}
    item = Item(sample.question, "", gold)
    return baseline_of(item, where="games") if gold else ""
