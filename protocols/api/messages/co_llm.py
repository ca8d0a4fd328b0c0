"""The result of the `prepare` of api/co_llm."""

from ....agents import Message
from ....agents.decoding.heads import Head


class Threshold(Message):
    """The result of `prepare`: a fitted head, and the best of the thresholds `tried`, with their dev scores.

    >>> Threshold(value=0.4, tried=(0.2, 0.4), scores=(0.5, 0.6)).value
    0.4
    """

    value: float | None = None
    scores: tuple[float, ...] = ()
    tried: tuple[float, ...] = ()
    head: Head | None = None
