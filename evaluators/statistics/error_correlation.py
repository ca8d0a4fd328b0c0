"""How alike the errors of models are: what two fail together, no collaboration of the two can know from either.

Kuncheva and Whitaker 2003 (https://doi.org/10.1023/A:1022859003006) compare these measures.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import sqrt
from typing import NamedTuple

from ...agents.errors import BadData


class ErrorPair(NamedTuple):
    """Two models: the correlation phi of their errors, and shares of questions.

    `disagreement` is the share that exactly one of them solves, `double_fault` the share that both fail, and `expected`
    the double fault of independent models with the same error rates. `phi` is None where a model fails all or none.

    >>> error_pairs({"amber": [1, 1, 0, 0], "blue": [1, 0, 1, 0]})[0]
    ErrorPair(one='amber', other='blue', questions=4, phi=0.0, disagreement=0.5, double_fault=0.25, expected=0.25)
    """

    one: str
    other: str
    questions: int
    phi: float | None
    disagreement: float
    double_fault: float
    expected: float


def error_pairs(scores: Mapping[str, Sequence[float]], threshold: float = 1.0) -> list[ErrorPair]:
    """All pairs of models, whose scores are of the same questions; a score counts as right from `threshold` on."""
    wrong = {name: [score < threshold for score in values] for name, values in scores.items()}
    if len({len(values) for values in wrong.values()}) > 1 or not all(wrong.values()):
        raise BadData("error correlation: models with scores of different questions, or of none. Give each the same.")
    return [_pair(one, other, wrong[one], wrong[other]) for one, other in combinations(wrong, 2)]


def _pair(one: str, other: str, first: Sequence[bool], second: Sequence[bool]) -> ErrorPair:
    count = len(first)
    both = sum(a and b for a, b in zip(first, second, strict=True)) / count
    a, b = sum(first) / count, sum(second) / count
    spread = a * (1 - a) * b * (1 - b)
    phi = (both - a * b) / sqrt(spread) if spread > 0 else None
    return ErrorPair(one, other, count, phi, a + b - 2 * both, both, a * b)
