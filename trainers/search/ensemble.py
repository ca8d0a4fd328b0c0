"""What many models that answered the same items know together: their vote, and what became of each item."""

from collections import defaultdict
from collections.abc import Sequence

from ...agents.objective import Graded

Answers = Sequence[Graded]
"""One model's answers, in the order of the items."""


def best_first(scores: Sequence[float], count: int) -> list[int]:
    """The positions of the best scores, the best one first; ties keep their order."""
    return sorted(range(len(scores)), key=lambda number: -scores[number])[:count]


def voted(answers: Sequence[Answers], weights: Sequence[float]) -> list[Graded]:
    """For each item the answer that most models give; of equals the one whose models weigh more, then the first.

    Replies that hold no answer have no vote; where there is no other, the first one counts.
    """
    return [winner(said, weights) for said in zip(*answers, strict=True)]


def winner(said: Sequence[Graded], weights: Sequence[float]) -> Graded:
    """The answer to one item that most models give."""
    votes: defaultdict[str, list[float]] = defaultdict(list)
    for one, weight in zip(said, weights, strict=True):
        if one.parsed is not None:
            votes[one.parsed].append(weight)
    if not votes:
        return said[0]
    chosen = max(votes, key=lambda answer: (len(votes[answer]), sum(votes[answer])))
    return next(one for one in said if one.parsed == chosen)


def solved(answers: Sequence[Answers]) -> list[int]:
    """By how many models each item is answered without fault."""
    return [sum(one.score == 1 for one in said) for said in zip(*answers, strict=True)]


def surge(before: Sequence[int], after: Sequence[int]) -> float:
    """The share of items that more models solve after than before."""
    return sum(new > old for old, new in zip(before, after, strict=True)) / len(before)


def emergence(before: Sequence[int], after: Sequence[int]) -> float | None:
    """Of the items that no model solved before, the share that one does after; None where there are none."""
    unsolved = [new for old, new in zip(before, after, strict=True) if old == 0]
    return sum(new > 0 for new in unsolved) / len(unsolved) if unsolved else None
