"""Overturning a vote: a rule, fitted on dev, for the questions on which the minority of a split vote is to be followed.

    x     = features of a split vote: dev accuracy of the members on each side (sums of log-odds), how alike the
            majority's errors are (mean pairwise correlation), the mean log-probability of each side's answers, and
            the logarithm of the ratio of their lengths
    P     = s(w x + b), ridge, fitted to whether the minority was right and the majority not
    flip  where P >= tau, the least value that keeps a share `keep` of the right majorities, by predictions of
            models that did not see the question (5 folds)

After https://arxiv.org/abs/2606.29270, of which the abstract and notes were read: its 22 features are not known, these
are ours. The rule stands behind a gate: unless its flips, out of fold, make the dev score better than the plain and the
weighted vote, it never flips.
"""

from collections.abc import Mapping, Sequence
from math import inf, log
from statistics import fmean
from typing import Final, NamedTuple

import numpy as np

from ...agents import Answer, Message
from ...agents.errors import BadScenario
from ...agents.objective import Graded
from ...agents.voting import reliability, tally
from ...evaluators.statistics.logistic import Array, derivatives, sigmoid

LEAST: Final = 100
"""The fewest split votes on dev from which a rule is fitted."""

RIDGE: Final = 1.0
FOLDS: Final = 5
STEPS: Final = 50


class Overturn(Message):
    """The rule: coefficients of standardised features, the intercept first, and the threshold, None if it never flips.

    Of `splits` split dev votes it flips, out of fold, `right` to a right answer and `wrong` away from one.

    >>> Overturn(members=("a",), coefficients=(0.0,), centres=(), scales=(), threshold=None, splits=0).right
    0
    """

    members: tuple[str, ...]
    log_odds: tuple[float, ...] = ()
    alike: tuple[tuple[float, ...], ...] = ()
    coefficients: tuple[float, ...]
    centres: tuple[float, ...]
    scales: tuple[float, ...]
    threshold: float | None
    splits: int
    right: int = 0
    wrong: int = 0

    def flips(self, said: Mapping[str, Answer], sides: "Sides") -> bool:
        """True if the minority of a split vote is to be followed."""
        if self.threshold is None:
            return False
        known = features(self, said, sides)
        scaled = [(one - centre) / scale for one, centre, scale in zip(known, self.centres, self.scales, strict=True)]
        return bool(sigmoid(np.array([1.0, *scaled]) @ np.array(self.coefficients)) >= self.threshold)


class Sides(NamedTuple):
    """The members on each side of a split vote.

    >>> sides_of({"a": "4", "b": "4", "c": "5"})
    Sides(majority=('a', 'b'), minority=('c',))
    """

    majority: tuple[str, ...]
    minority: tuple[str, ...]


def sides_of(readings: Mapping[str, str | None]) -> Sides | None:
    """The sides of a vote that one reading wins and another one loses; None for any other."""
    votes = sorted(tally(list(readings.values())).items(), key=lambda one: -one[1])
    if len(votes) < 2 or votes[0][1] == votes[1][1]:
        return None
    first, second = (tuple(name for name, own in readings.items() if own == votes[place][0]) for place in (0, 1))
    return Sides(first, second)


def features(known: Overturn, said: Mapping[str, Answer], sides: Sides) -> list[float]:
    """The features of a split vote, in the order of the page."""
    at = {name: place for place, name in enumerate(known.members)}
    odds = [sum(known.log_odds[at[name]] for name in side) for side in sides]
    pairs = [known.alike[at[one]][at[two]] for one in sides.majority for two in sides.majority if at[one] < at[two]]
    sure = [fmean(fmean(said[name].logprobs) if said[name].logprobs else 0.0 for name in side) for side in sides]
    length = [log(1 + fmean(len(said[name].text) for name in side)) for side in sides]
    return [*odds, fmean(pairs) if pairs else 0.0, *sure, length[1] - length[0]]


def overturn(graded: Mapping[str, Sequence[Graded]], keep: float) -> Overturn:
    """The rule that fits these dev answers. Raises `BadScenario` for fewer than `LEAST` split votes."""
    names = tuple(graded)
    right = {name: [one.score == 1 for one in row] for name, row in graded.items()}
    known = Overturn(
        members=names,
        log_odds=tuple(log(p / (1 - p)) for p in (reliability([float(one) for one in right[name]]) for name in names)),
        alike=tuple(tuple(correlation(right[one], right[two]) for two in names) for one in names),
        coefficients=(),
        centres=(),
        scales=(),
        threshold=None,
        splits=0,
    )
    rows, outcomes = [], []
    for place in range(len(next(iter(graded.values())))):
        said = {name: answer for name in names if (answer := graded[name][place].answer) is not None}
        sides = sides_of({name: graded[name][place].parsed for name in said})
        if sides is not None:
            rows.append(features(known, said, sides))
            outcomes.append((right[sides.majority[0]][place], right[sides.minority[0]][place]))
    if len(rows) < LEAST:
        raise BadScenario(
            f"overturn: {len(rows)} split votes on dev are too few for a rule. Give {LEAST} at least, or leave it out."
        )
    return _fitted(known, np.array(rows), np.array(outcomes, dtype=float), keep)


def correlation(one: Sequence[bool], other: Sequence[bool]) -> float:
    """The correlation of two members' dev scores; 0 where one of them is constant."""
    if len(set(one)) < 2 or len(set(other)) < 2:
        return 0.0
    return float(np.corrcoef(np.array(one, float), np.array(other, float))[0, 1])


def _fitted(known: Overturn, rows: Array, outcomes: Array, keep: float) -> Overturn:
    """The rule with its coefficients and its threshold, behind the gate."""
    centres, scales = rows.mean(0), np.where(rows.std(0) > 1e-9, rows.std(0), 1.0)
    scaled = np.hstack([np.ones((len(rows), 1)), (rows - centres) / scales])
    majority, minority = outcomes.T
    wanted = minority * (1 - majority)
    unseen = np.empty(len(rows))
    for fold in range(FOLDS):
        held = np.arange(len(rows)) % FOLDS == fold
        unseen[held] = sigmoid(scaled[held] @ ridge(scaled[~held], wanted[~held]))
    tau = threshold(unseen[majority == 1], keep)
    flipped = (unseen >= tau).astype(float)
    gained, lost = counts(flipped, majority, minority)
    # The weighted vote follows the side with more log-odds, which are the first two features.
    by_weight = counts((rows[:, 1] > rows[:, 0]).astype(float), majority, minority)
    found = {"centres": tuple(centres.tolist()), "scales": tuple(scales.tolist()), "splits": len(rows)}
    return known.model_copy(
        update={
            **found,
            "coefficients": tuple(ridge(scaled, wanted).tolist()),
            "threshold": tau if gained - lost > max(0, by_weight[0] - by_weight[1]) else None,
            "right": gained,
            "wrong": lost,
        }
    )


def counts(flipped: Array, majority: Array, minority: Array) -> tuple[int, int]:
    """The numbers of flips that lead to a right answer, and away from one."""
    return int((flipped * minority * (1 - majority)).sum()), int((flipped * majority * (1 - minority)).sum())


def threshold(of_right: Array, keep: float) -> float:
    """The least threshold below which a share `keep` of the right majorities stays; infinite if all have to."""
    if not len(of_right):
        return 0.0
    most = int((1 - keep) * len(of_right) + 1e-9)
    ordered = np.sort(of_right)[::-1]
    return float(np.nextafter(ordered[most], inf)) if most < len(ordered) else 0.0


def ridge(rows: Array, labels: Array) -> Array:
    """The coefficients of a logistic regression with a ridge on all but the intercept."""
    found, penalty = np.zeros(rows.shape[1]), RIDGE * np.eye(rows.shape[1])
    penalty[0, 0] = 1e-6
    for _ in range(STEPS):
        gradient, curvature = derivatives(rows, labels, np.ones(len(labels)), found)
        step = np.linalg.solve(curvature + penalty, gradient + penalty @ found)
        found = found - step
        if np.abs(step).max() < 1e-9:
            break
    return found
