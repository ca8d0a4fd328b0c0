"""Prompts that begin alike are read once: the others copy the keys and values of what they have in common.

Samples of one question, members that are one model, and futures of one conversation differ in their ends alone.
"""

from collections.abc import Sequence
from typing import Final

from .slot_cache import TokenSequence

LEAST: Final = 16
"""The fewest tokens that are worth a copy and a forward pass of their own."""


def prefixes(sequences: Sequence[TokenSequence]) -> dict[TokenSequence, tuple[TokenSequence, int]]:
    """For sequences that share a prefix with another one that is read now: that one, and the number of tokens.

    Only sequences of which nothing is cached share, with one of the same adapter, where at least half of their tokens
    are in common; the positions with logits are always read.

    >>> first, second, third = TokenSequence([*range(40)]), TokenSequence([*range(30), 7, 8]), TokenSequence([5, 6])
    >>> {one.ids[-1]: (origin.ids[-1], length) for one, (origin, length) in prefixes([first, second, third]).items()}
    {39: (8, 30)}
    """
    fresh = [one for one in sequences if one.cached == 0 and one.unread > LEAST]
    fresh.sort(key=lambda one: (id(one.adapter), one.ids))
    found: dict[TokenSequence, tuple[TokenSequence, int]] = {}
    leader: TokenSequence | None = None
    for one in fresh:
        length = 0
        if leader is not None and leader.adapter is one.adapter:
            length = min(common(leader.ids, one.ids), len(one.ids) - one.keep)
        if leader is not None and length >= max(LEAST, len(one.ids) // 2):
            found[one] = (leader, length)
        else:
            leader = one
    return found


def common(one: Sequence[int], other: Sequence[int]) -> int:
    """The number of tokens that two sequences begin with alike."""
    shorter = min(len(one), len(other))
    if one[:shorter] == other[:shorter]:
        return shorter
    return next(place for place, (left, right) in enumerate(zip(one, other, strict=False)) if left != right)
