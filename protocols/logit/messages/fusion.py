"""The result of the `prepare` of logit/fusion."""

from ....agents import Message
from ....trainers.search.simplex import Weights


class Found(Message):
    """The result of `prepare`: the best weights on dev, their score, and all weights tried, in order.

    >>> found = Found(weights=(0.7, 0.3), score=0.9, tried=(((0.5, 0.5), 0.8), ((0.7, 0.3), 0.9)))
    >>> max(found.tried, key=lambda one: one[1])[0] == found.weights
    True
    """

    weights: Weights
    score: float
    tried: tuple[tuple[Weights, float], ...]
