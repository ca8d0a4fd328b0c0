"""Voting rules. Answers are compared by the readings of a reader; a reading of None abstains."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from .message import Answer, Choice

Reader: TypeAlias = Callable[[str], str | None]


def as_written(text: str) -> str | None:
    """The default reader: the text with case, whitespace and a final full stop normalised; None if empty."""
    return " ".join(text.split()).rstrip(".").casefold() or None


def leaders(
    answers: Iterable[Answer], read: Reader = as_written, weights: Sequence[float] | None = None
) -> list[Answer]:
    """The first answer of each reading with the most votes, in the order given; all of them if all abstain.

    A vote counts its weight, or 1; sums that differ by rounding alone are equal.
    """
    answers = list(answers)
    readings = [read(answer.text) for answer in answers]
    votes = tally(readings, weights)
    most = max(votes.values(), default=0)
    return [answers[readings.index(reading)] for reading in votes if votes[reading] == most] or answers


def tally(readings: Sequence[str | None], weights: Sequence[float] | None = None) -> dict[str, float]:
    """The votes for each reading, in the order of the first; None abstains.

    >>> tally(["A", None, "B", "A"]), tally(["A", "B", "A"], [0.1, 0.5, 0.2])
    ({'A': 2, 'B': 1}, {'A': 0.3, 'B': 0.5})
    """
    votes: dict[str, float] = {}
    for at, reading in enumerate(readings):
        if reading is not None:
            votes[reading] = votes.get(reading, 0) + (1 if weights is None else weights[at])
    return {reading: round(sum_of, 9) for reading, sum_of in votes.items()}


def decided(readings: Sequence[str | None], left: Sequence[float], weights: Sequence[float] | None = None) -> bool:
    """True if no other reading can have as many votes as the first now, with votes of these weights left.

    >>> decided(["A", "A"], [1]), decided(["A", "B"], [1]), decided(["A"], [1])
    (True, False, False)
    """
    first, second, *_ = [*sorted(tally(readings, weights).values(), reverse=True), 0, 0]
    return first - max(second, 0) > sum(map(abs, left))


def reliability(scores: Sequence[float]) -> float:
    """The smoothed share of right answers, never 0 or 1: (right + 1) / (questions + 2).

    >>> reliability([1.0, 1.0, 0.0])
    0.6
    """
    return (sum(scores) + 1) / (len(scores) + 2)


def plurality(answers: Iterable[Answer], read: Reader = as_written) -> Answer:
    """The answer with the most frequent reading; of equals, the one given first."""
    return leaders(answers, read)[0]


def unanimous(answers: Iterable[Answer], read: Reader = as_written) -> bool:
    """True if all answers have the same reading, and none abstains."""
    readings = {read(answer.text) for answer in answers}
    return len(readings) == 1 and None not in readings


def dissenters(said: Mapping[str, Answer], read: Reader = as_written) -> list[str]:
    """The names of those whose answer is not the most frequent one; all of them where several are, or none is read.

    >>> said = {name: Answer(text=text) for name, text in {"amber": "4", "blue": "5", "coral": "4"}.items()}
    >>> dissenters(said), dissenters({"amber": Answer(text="4"), "blue": Answer(text="5")})
    (['blue'], ['amber', 'blue'])
    """
    readings = {name: read(answer.text) for name, answer in said.items()}
    votes = tally(list(readings.values()))
    first = [reading for reading in votes if votes[reading] == max(votes.values())]
    return [name for name, reading in readings.items() if [reading] != first]


def vote(choice: Choice) -> int | None:
    """The index of the label that a choice is a vote for: the likeliest, or the only one named; None abstains.

    >>> vote(Choice(labels=("1", "2"), named=(0, 1))) is None
    True
    """
    return choice.ranking[0] if choice.logprobs or len(choice.named) == 1 else None
