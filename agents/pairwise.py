"""Ranks by comparisons in pairs: how much each candidate is preferred, from choices between two."""

from collections.abc import Iterable, Mapping
from math import exp

from .message import Choice


def preference(choice: Choice) -> float | None:
    """The probability that the first of two labels is preferred; None where both or none were named.

    >>> preference(Choice(labels=("A", "B"), named=(1,)))
    0.0
    """
    if choice.logprobs:
        first, second = choice.logprobs
        top = max(first, second)
        return exp(first - top) / (exp(first - top) + exp(second - top))
    return 1.0 - choice.named[0] if len(choice.named) == 1 else None


def margins(names: Iterable[str], choices: Mapping[tuple[str, str], Choice]) -> dict[str, float]:
    """The score of each candidate: how much it is preferred, less how much others are, over all comparisons.

    `choices` are by the candidates that were compared, in the order shown; one that is no preference moves nothing.

    >>> margins(("a", "b"), {("a", "b"): Choice(labels=("A", "B"), named=(1,))})
    {'a': -0.5, 'b': 0.5}
    """
    scores = dict.fromkeys(names, 0.0)
    for (first, second), choice in choices.items():
        preferred = preference(choice)
        if preferred is not None:
            scores[first] += preferred - 0.5
            scores[second] -= preferred - 0.5
    return scores
