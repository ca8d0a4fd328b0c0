"""The result of the `prepare` of weight/co_llm."""

from collections.abc import Mapping
from typing import Literal

from ....agents import Message
from ....agents.decoding.heads import Head

Kind = Literal["generator", "mentor", "head", "trained"]


class CoTrained(Message):
    """The result of `prepare`: what answers, with its head and threshold, and scores on dev without training.

    `kept` is `generator` or `mentor`, who answer alone, `head`, the head on the generator as it was, or `trained`.
    `thresholds` are the best ones of both heads. `before` and `after` are losses of the mixture in nats a token, before
    on held-out dev questions that were trained on later, None for a single one, after on all that were trained on.

    >>> CoTrained(generator="small", mentor="large", kept="mentor").threshold
    0.5
    """

    generator: str
    mentor: str
    kept: Kind
    head: Head | None = None
    threshold: float = 0.5
    scores: Mapping[str, float] = {}
    thresholds: Mapping[str, float] = {}
    texts: int = 0
    before: float | None = None
    after: float | None = None
