"""Voting rules. Answers are compared by the readings of a reader; a reading of None abstains."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TypeAlias

from .message import Answer, Choice

Reader: TypeAlias = Callable[[str], str | None]


def as_written(text: str) -> str | None:
    """The default reader: the text with case, whitespace and a final full stop normalised; None if empty."""
    return " ".join(text.split()).rstrip(".").casefold() or None


def leaders(answers: Iterable[Answer], read: Reader = as_written) -> list[Answer]:
    """The first answer of each most frequent reading, in the order given; all of them if all abstain."""
    answers = list(answers)
    readings = [read(answer.text) for answer in answers]
    votes = Counter(reading for reading in readings if reading is not None)
    most = max(votes.values(), default=0)
    return [answers[readings.index(reading)] for reading in votes if votes[reading] == most] or answers


def plurality(answers: Iterable[Answer], read: Reader = as_written) -> Answer:
    """The answer with the most frequent reading; of equals, the one given first."""
    return leaders(answers, read)[0]


def unanimous(answers: Iterable[Answer], read: Reader = as_written) -> bool:
    """True if all answers have the same reading, and none abstains."""
    readings = {read(answer.text) for answer in answers}
    return len(readings) == 1 and None not in readings


def vote(choice: Choice) -> int | None:
    """The index of the label that a choice is a vote for: the likeliest, or the only one named; None abstains.

    >>> vote(Choice(labels=("1", "2"), named=(0, 1))) is None
    True
    """
    return choice.ranking[0] if choice.logprobs or len(choice.named) == 1 else None
