"""The reliability of a judge of pairs: does it say the same in both orders, and what else moves it.

Pairs are (value with the answer first, value with the answer second), each from 0 to 1 for the answer. The measures
after Shi et al. 2024 (https://arxiv.org/abs/2406.07791).
"""

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

from .intervals import Interval, mean_interval, student, wilson

Pair: TypeAlias = tuple[float, float]


class PairBias(NamedTuple):
    """Shares over pairs and games, None without any.

    `consistency` is the share of pairs won by the same answer in both orders, or tied in both; `fairness` is the
    first place's wins minus the second's, over the inconsistent pairs, from -1 to 1; `first_slot` the share of decided
    games that the first place wins; `ties` the share of games that are ties.

    >>> pair_bias([(1.0, 1.0), (1.0, 0.0)]).first_slot.value
    0.75
    """

    pairs: int
    consistency: Interval
    fairness: float | None
    first_slot: Interval
    ties: Interval


def outcome(value: float) -> int:
    """1 for a win of the answer, 0 for a tie, -1 for a loss."""
    return (value > 0.5) - (value < 0.5)


def pair_bias(pairs: Sequence[Pair]) -> PairBias:
    """The measures of these pairs."""
    signs = [(outcome(first), outcome(second)) for first, second in pairs]
    odd = [(first, second) for first, second in signs if first != second]
    # A win of the answer shown first, and a loss of the answer shown second, are wins of the first place.
    places = [place for first, second in signs for place in (first, -second)]
    decided = [place for place in places if place]
    won = [sum(place for place in (first, -second)) for first, second in odd]
    leaning = [(total > 0) - (total < 0) for total in won]
    return PairBias(
        pairs=len(pairs),
        consistency=share(len(signs) - len(odd), len(signs)),
        fairness=sum(leaning) / len(leaning) if leaning else None,
        first_slot=share(sum(place > 0 for place in decided), len(decided)),
        ties=share(len(places) - len(decided), len(places)),
    )


def agreed(pair: Pair) -> float:
    """The outcome of a pair where a win needs both orders: 1, 0.5 for a tie or for two that disagree, 0."""
    first, second = map(outcome, pair)
    return 0.5 + 0.5 * first if first == second else 0.5


class Tally(NamedTuple):
    """Pairs that are won, tied and lost, where a win needs both orders.

    >>> tally([(1.0, 1.0), (1.0, 0.0)]).adjusted
    0.75
    """

    wins: int
    ties: int
    losses: int

    @property
    def adjusted(self) -> float | None:
        """(wins + ties / 2) / all; None for no pairs."""
        total = sum(self)
        return (self.wins + self.ties / 2) / total if total else None


def tally(pairs: Sequence[Pair]) -> Tally:
    """The pairs by outcome."""
    found = [agreed(pair) for pair in pairs]
    return Tally(found.count(1.0), found.count(0.5), found.count(0.0))


def length_slope(values: Sequence[float], gaps: Sequence[float]) -> Interval:
    """The slope of verdicts on differences in length, with its 95 % interval; least squares, robust to uneven spread.

    `gaps` are (a - b) / (a + b) of the lengths: a slope of 0.4 moves a verdict by 0.4 from equal length to an answer
    that is all there is. None for fewer than three pairs, and for equal gaps.
    """
    if len(values) < 3 or np.ptp(gaps) == 0:
        return Interval(None, None, None)
    x = np.asarray(gaps, dtype=float) - float(np.mean(gaps))
    y = np.asarray(values, dtype=float)
    slope = float(x @ y / (x @ x))
    rest = y - y.mean() - slope * x
    freedom = len(y) - 2
    error = float(np.sqrt((x**2) @ (rest**2) * len(y) / freedom) / (x @ x))
    return student(slope, error, freedom)


def share(part: int, whole: int) -> Interval:
    """A share with Wilson's 95 % limits; None of nothing."""
    return wilson(part, whole) if whole else mean_interval([])
