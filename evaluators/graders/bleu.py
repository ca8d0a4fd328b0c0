"""BLEU: how much of an answer's wording is that of the reference, from 0 to 1.

    BLEU = exp(min(0, 1 - r / c)) * (p_1 p_2 p_3 p_4)^(1/4),   p_n = the share of the answer's n-grams in the reference

with c and r the lengths of answer and reference, and an n-gram counted no more often than the reference has it.
Papineni et al. 2002, https://aclanthology.org/P02-1040. CollabLLM hands texts to a function of token lists, so that its
document scores are of *characters* (`unit: characters`, the default, for numbers that compare with its own);
`unit: words` is what BLEU usually means. As there, an order of n-grams without a match counts as the least positive
number, and without a match of single ones the score is 0.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from math import exp, log
from typing import Final, Literal

from ...agents.errors import BadData
from ..judging.golds import reference_of
from ..task import Item

ORDERS: Final = (1, 2, 3, 4)
LEAST: Final = sys.float_info.min
"""The precision of an order of n-grams without a match, as NLTK has it without smoothing."""


def grade(item: Item, text: str, *, unit: Literal["characters", "words"] = "characters") -> float:
    """The BLEU of a text against the item's reference. Raises `BadData` without one."""
    reference = reference_of(item)
    if reference is None:
        raise BadData(f"bleu: question {item.id} has no reference to compare with. Give it one, or drop it.")
    return bleu(reference, text) if unit == "characters" else bleu(reference.split(), text.split())


def bleu(reference: Sequence[str], hypothesis: Sequence[str]) -> float:
    """The BLEU of a sequence against one reference, both of characters or of words.

    >>> round(bleu("the cat sat on the mat", "the cat sat on the hat"), 6)
    0.886705
    """
    precisions = [precision(reference, hypothesis, order) for order in ORDERS]
    if not precisions[0]:
        return 0.0
    brevity = min(0.0, 1 - len(reference) / len(hypothesis))
    return exp(brevity + sum(log(max(each, LEAST)) for each in precisions) / len(ORDERS))


def precision(reference: Sequence[str], hypothesis: Sequence[str], order: int) -> float:
    """The share of a sequence's n-grams of this order that the reference has, each as often as it has it."""
    said, known = grams(hypothesis, order), grams(reference, order)
    return (said & known).total() / max(1, said.total())


def grams(sequence: Sequence[str], order: int) -> Counter[tuple[str, ...]]:
    """The n-grams of a sequence with their counts.

    >>> grams("aab", 2)
    Counter({('a', 'a'): 1, ('a', 'b'): 1})
    """
    return Counter(tuple(sequence[place : place + order]) for place in range(len(sequence) - order + 1))
