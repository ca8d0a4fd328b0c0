"""The result of the `prepare` of weight/switch_generation."""

from collections.abc import Mapping
from typing import Literal

from ....agents import Message


class Selecting(Message):
    """The result of `prepare`: the selector, the writers, what answers, and scores on dev without training.

    `kept` is `writer`, the best one of dev alone, `random`, writers by chance, `untrained` or `trained`. `labels` has,
    for each writer, how often it was the best; `skipped` counts prefixes without one.

    >>> Selecting(selector="judge", writers=("amber", "blue")).kept
    'untrained'
    """

    selector: str
    writers: tuple[str, ...]
    writer: str | None = None
    kept: Literal["writer", "random", "untrained", "trained"] = "untrained"
    scores: Mapping[str, float] = {}
    labels: tuple[int, ...] = ()
    skipped: int = 0
