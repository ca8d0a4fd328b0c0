"""Scaling in the number and the diversity of members: means over subsets of members, not over one order of them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import comb
from random import Random
from statistics import fmean
from typing import Final, NamedTuple

from ...agents.errors import BadData

MOST: Final = 200
"""The subsets of a size; of more, so many are drawn."""


class Said(NamedTuple):
    """A member's answer to a question, None for no answer, and its score.

    >>> Said("4", 1.0).score
    1.0
    """

    answer: str | None
    score: float


class Subset(NamedTuple):
    """A subset of members: the mean score of one of them, of a vote, and of the oracle, and how they disagree.

    >>> subset_of({"amber": [Said("4", 1.0)], "blue": [Said("5", 0.0)]}, ("amber", "blue"))
    Subset(members=('amber', 'blue'), mean=0.5, vote=0.5, oracle=1.0, diversity=1.0)
    """

    members: tuple[str, ...]
    mean: float
    vote: float
    oracle: float
    diversity: float | None


class Size(NamedTuple):
    """The means over subsets of a size, and how many there are.

    >>> Size(2, 3, 0.5, 0.6, 0.8).oracle
    0.8
    """

    members: int
    subsets: int
    mean: float
    vote: float
    oracle: float


def subsets(said: Mapping[str, Sequence[Said]], seed: int = 0) -> list[Subset]:
    """All subsets of members from one on, at most `MOST` drawn of a size; answers are to the same questions."""
    if len({len(answers) for answers in said.values()}) != 1 or not all(said.values()):
        raise BadData("scaling: members with answers to different questions, or to none. Give each the same.")
    names = list(said)
    return [
        subset_of(said, members) for size in range(1, len(names) + 1) for members in chosen(names, size, Random(seed))
    ]


def sizes(found: Sequence[Subset]) -> list[Size]:
    """The means over the subsets of each size.

    >>> said = {"amber": [Said("4", 1.0), Said("7", 0.0)], "blue": [Said("5", 0.0), Said("8", 1.0)]}
    >>> [(one.members, one.mean, one.oracle) for one in sizes(subsets(said))]
    [(1, 0.5, 0.5), (2, 0.5, 1.0)]
    """
    by_size: dict[int, list[Subset]] = {}
    for one in found:
        by_size.setdefault(len(one.members), []).append(one)
    return [
        Size(size, len(of), *(fmean(getattr(one, name) for one in of) for name in ("mean", "vote", "oracle")))
        for size, of in sorted(by_size.items())
    ]


def subset_of(said: Mapping[str, Sequence[Said]], members: tuple[str, ...]) -> Subset:
    """One subset of members."""
    rows = list(zip(*(said[name] for name in members), strict=True))
    return Subset(
        members,
        mean=fmean(one.score for row in rows for one in row),
        vote=fmean(voted(row) for row in rows),
        oracle=fmean(max(one.score for one in row) for row in rows),
        diversity=fmean(map(disagreement, rows)) if len(members) > 1 else None,
    )


def chosen(names: Sequence[str], size: int, random: Random) -> Iterator[tuple[str, ...]]:
    """The subsets of a size, or `MOST` drawn ones."""
    if comb(len(names), size) <= MOST:
        yield from combinations(names, size)
        return
    for _ in range(MOST):
        yield tuple(sorted(random.sample(names, size), key=names.index))


def voted(row: Sequence[Said]) -> float:
    """The score of the most frequent answer; of equally frequent ones the mean, so that no order matters.

    >>> voted([Said("4", 1.0), Said("4", 1.0), Said("5", 0.0)]), voted([Said("4", 1.0), Said("5", 0.0)])
    (1.0, 0.5)
    """
    counts: Counter[str | None] = Counter(one.answer for one in row if one.answer is not None)
    if not counts:
        return fmean(one.score for one in row)
    most = max(counts.values())
    return fmean(one.score for one in row if counts[one.answer] == most)


def disagreement(row: Sequence[Said]) -> float:
    """The share of pairs of members whose answers differ; no answer differs from any."""
    pairs = list(combinations(row, 2))
    return sum(one.answer is None or one.answer != other.answer for one, other in pairs) / len(pairs)
