"""Rules for when votes are settled: the two largest counts of equal answers, and how many more there may be.

What is settled is the answer that is given most often, not that it is right.
"""

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from math import comb, factorial


def two_largest(readings: Iterable[str | None]) -> tuple[int, int]:
    """The two largest counts of equal readings; what could not be read, None, is not counted.

    >>> two_largest(["4", "5", None, "4"])
    (2, 1)
    """
    counts = [count for _, count in Counter(reading for reading in readings if reading is not None).most_common(2)]
    first, second = [*counts, 0, 0][:2]
    return first, second


def certain(first: int, second: int, left: int) -> bool:
    """True if no other answer can come out first any more, whatever the answers that are `left` say.

    >>> certain(3, 1, left=1), certain(3, 2, left=1)
    (True, False)
    """
    return first - second > left


def beta(first: int, second: int) -> float:
    """The probability that the leading answer is more frequent than the next, given a uniform prior on their shares.

    P(share > 1/2) under Beta(first + 1, second + 1), exactly: the sum of C(n + 1, k) / 2^(n + 1) for k up to `first`,
    n = first + second. Adaptive-Consistency stops at 0.95, Aggarwal et al. 2023, https://arxiv.org/abs/2305.11860. It
    is no error rate: who looks after each answer settles on one of two equally frequent ones in 42 % of questions.

    >>> beta(3, 0), beta(1, 1)
    (0.9375, 0.5)
    """
    trials = first + second + 1
    return float(Fraction(sum(comb(trials, k) for k in range(first + 1)), 1 << trials))


def evidence(first: int, second: int) -> float:
    """The evidence against the two leading answers being equally frequent, first! second! 2^n / (n + 1)!.

    Stopping at 1/d keeps its promise however often one looks: of two equally frequent answers one is settled on in at
    most a share d of questions (Ville's inequality).

    >>> round(evidence(8, 0), 3), evidence(7, 0)
    (28.444, 16.0)
    """
    trials = first + second
    return float(Fraction(factorial(first) * factorial(second) << trials, factorial(trials + 1)))
