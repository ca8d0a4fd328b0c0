"""The weights of votes by dev scores: log-odds, best for independent voters (Nitzan and Paroush 1982)."""

from collections.abc import Iterable, Sequence
from math import log

from ...agents.errors import BadScenario
from ...agents.objective import Graded
from ...agents.voting import reliability


def vote_weights(graded: Iterable[Sequence[Graded]], answers: int, *, where: str) -> tuple[float, ...]:
    """The weight of each voter, by its graded dev answers. Raises `BadScenario` for scores beyond 0 to 1."""
    rows = [[one.score for one in row if one.score is not None] for row in graded]
    if not all(0 <= score <= 1 for row in rows for score in row):
        raise BadScenario(f"{where}: weights: dev, and dev scores beyond 0 to 1. Use weights: none.")
    return tuple(weight(row, answers) for row in rows)


def weight(scores: Sequence[float], answers: int) -> float:
    """The log-odds of a voter with these dev scores from 0 to 1, among so many answers that are possible.

    >>> round(weight([1.0] * 8, 2), 4), round(weight([1.0] * 8, 4), 4), weight([1.0] + [0.0] * 5, 4)
    (2.1972, 3.2958, 0.0)
    """
    share = reliability(scores)
    return log(share * (answers - 1) / (1 - share))
