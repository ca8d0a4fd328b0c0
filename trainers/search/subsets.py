"""The subset of a team whose dev answers are right for the most questions together, after SLM-MUX."""

from collections.abc import Mapping, Sequence
from itertools import combinations

from ...agents.objective import Graded


def best_subset(said: Mapping[str, Sequence[Graded]], size: int, penalty: float) -> tuple[str, ...]:
    """The members of which one at least is right most often, less `penalty` times how often another contradicts it.

    The first of equals, in the order of the names.
    """
    return max(combinations(said, size), key=lambda names: _worth([said[name] for name in names], penalty))


def _worth(members: Sequence[Sequence[Graded]], penalty: float) -> float:
    right = contradicted = 0
    rows = list(zip(*members, strict=True))
    for row in rows:
        solved = [one for one in row if one.score is not None and one.score >= 1]
        right += bool(solved)
        contradicted += bool(solved) and len(solved) < sum(one.parsed is not None for one in row)
    return (right - penalty * contradicted) / len(rows)
