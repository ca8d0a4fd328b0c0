"""Majority votes of models that answered the same items, and statistics of the items they solve."""

from collections import defaultdict
from collections.abc import Sequence

from ...agents.objective import Graded

Answers = Sequence[Graded]
"""One model's answers, in the order of the items."""


def best_first(scores: Sequence[float], count: int) -> list[int]:
    """The indices of the `count` highest scores, the highest first; ties keep their order."""
    return sorted(range(len(scores)), key=lambda number: -scores[number])[:count]


def voted(answers: Sequence[Answers], weights: Sequence[float]) -> list[Graded]:
    """The majority vote for each item; ties go to the answer with the larger sum of weights, then to the first.

    Replies without a parsed answer have no vote; where all are without, the first reply is returned.
    """
    return [winner(said, weights) for said in zip(*answers, strict=True)]


def winner(said: Sequence[Graded], weights: Sequence[float]) -> Graded:
    """The majority vote of the models' answers to one item."""
    votes: defaultdict[str, list[float]] = defaultdict(list)
    for one, weight in zip(said, weights, strict=True):
        if one.parsed is not None:
            votes[one.parsed].append(weight)
    if not votes:
        return said[0]
    chosen = max(votes, key=lambda answer: (len(votes[answer]), sum(votes[answer])))
    return next(one for one in said if one.parsed == chosen)


def solved(answers: Sequence[Answers]) -> list[int]:
    """The number of models that solve each item, with a score of 1."""
    return [sum(one.score == 1 for one in said) for said in zip(*answers, strict=True)]


def surge(before: Sequence[int], after: Sequence[int]) -> float:
    """The share of items that more models solve after a search than before."""
    return sum(new > old for old, new in zip(before, after, strict=True)) / len(before)


def emergence(before: Sequence[int], after: Sequence[int]) -> float | None:
    """The share, among items that no model solved before, of those that one solves after; None if there are none."""
    unsolved = [new for old, new in zip(before, after, strict=True) if old == 0]
    return sum(new > 0 for new in unsolved) / len(unsolved) if unsolved else None
