"""The co-failure certificate: how much any choice among the members' own answers could win.

    beta = share of questions that every member fails          (no selector beats 1 - beta)
    gain = share that the best member fails and another solves  (the most a selector adds to it)

with exact intervals (Clopper and Pearson 1934). After https://arxiv.org/abs/2606.27288, of which the abstract was read.
Pairwise correlation of errors cannot stand in for beta: three members, each wrong half of the time and pairwise
independent, may fail together never, or on a quarter of the questions. What writes something new, as a debate or a
fusion, is not bound by it.
"""

from collections.abc import Callable, Mapping, Sequence
from math import exp, lgamma, log, log1p
from typing import NamedTuple

from .intervals import Interval


class CoFailure(NamedTuple):
    """Of `questions`, how many all members fail, and how many the best one fails and another solves.

    >>> co_failure({"a": [1, 1, 0, 0], "b": [1, 0, 1, 0], "c": [0, 0, 0, 0]}, best="a")
    CoFailure(questions=4, failed=1, recoverable=1)
    """

    questions: int
    failed: int
    recoverable: int


def co_failure(scores: Mapping[str, Sequence[float]], best: str) -> CoFailure:
    """The certificate of members by their scores, of which 1 is right, on the same questions in order."""
    right = {name: [score == 1 for score in one] for name, one in scores.items()}
    solved = [any(one) for one in zip(*right.values(), strict=True)]
    recoverable = sum(some and not own for some, own in zip(solved, right[best], strict=True))
    return CoFailure(len(solved), solved.count(False), recoverable)


def clopper_pearson(count: int, trials: int, confidence: float = 0.95) -> Interval:
    """The exact interval of a share: the probabilities under which so many are not rare on either side.

    6 of 200 gives 0.0111 to 0.0642; 0 of n gives 0 to 1 - ((1 - confidence) / 2)^(1/n).
    """
    tail = (1 - confidence) / 2
    low = 0.0 if count == 0 else _solved(lambda share: 1 - _at_most(count - 1, trials, share) > tail)
    high = 1.0 if count == trials else _solved(lambda share: _at_most(count, trials, share) < tail)
    return Interval(count / trials, low, high)


def _at_most(count: int, trials: int, share: float) -> float:
    """The probability of at most so many successes; `share` is strictly between 0 and 1."""
    whole = lgamma(trials + 1)
    return sum(
        exp(
            whole - lgamma(k + 1) - lgamma(trials - k + 1) + k * log(share) + (trials - k) * log1p(-share),
        )
        for k in range(count + 1)
    )


def _solved(beyond: Callable[[float], bool]) -> float:
    """The share from which on a condition holds, by bisection to the last digits."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if beyond(middle) else (middle, high)
    return high


def note(found: CoFailure, best: str) -> str:
    """A sentence for a report on a certificate that was taken on dev."""
    n = found.questions
    none, more = clopper_pearson(found.failed, n), clopper_pearson(found.recoverable, n)
    return (
        f"Certificate on dev: all models fail {_shown(none)} of {n} questions, so no choice among their own answers "
        f"scores above {1 - found.failed / n:.3f}; it adds at most {_shown(more)} to {best} alone. What writes "
        "something new is not bound by it."
    )


def _shown(share: Interval) -> str:
    return f"{share.value:.1%} [{share.low:.1%}, {share.high:.1%}]"
