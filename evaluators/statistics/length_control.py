"""The length-controlled win rate of AlpacaEval 2: the win rate if both answers were equally long.

    gap       = (length of the baseline's answer - length of the answer) / its standard deviation, in characters
    P(win)    = s(psi_length * tanh(gap) + psi_difficulty * difficulty + theta)
    LC        = 100 * mean over questions of s(psi_difficulty * difficulty + theta)

Dubois et al. 2024 (https://arxiv.org/abs/2404.04475). The fit is logistic with an L1 penalty, its strength chosen by
5-fold cross-validation grouped by question. Rows of two gamed baselines (verbose, concise), of weight 0.1 each and
without theta, tell length apart from quality; they and the difficulties are AlpacaEval's, and are not shipped here.
What differs: solved by Newton's method here, where the original calls liblinear; fewer than 200 questions are refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from ...agents.errors import BadData
from .logistic import Array, lasso, log_loss, sigmoid

STRENGTHS: Final = tuple(float(one) for one in np.logspace(-4, 4, 10))
FOLDS: Final = 5
FEWEST: Final = 200
"""On fewer questions, coefficients shrink to 0, and LC to 50, whatever the win rate is."""

FEWEST_SCORED: Final = 180
"""A tenth of the least number of questions may be without a verdict."""

GAMED_WEIGHT: Final = 0.1


@dataclass(frozen=True)
class Gamed:
    """Rows of the gamed baselines: the position of the question, the standardised length gap, and the win value.

    >>> Gamed(question=0, gap=-0.3, value=0.4).gap
    -0.3
    """

    question: int
    gap: float
    value: float


@dataclass(frozen=True)
class LengthControlled:
    """The win rate at equal length in percent, its standard error, the penalty's strength C, and the coefficients.

    `warnings` say why the number may mislead.

    >>> LengthControlled(60.4, 1.4, 46.4, (-1.5, 0.8, 0.5)).win_rate
    60.4
    """

    win_rate: float
    error: float
    strength: float
    coefficients: tuple[float, ...]
    warnings: tuple[str, ...] = ()


def length_controlled(
    values: Sequence[float | None],
    gaps: Sequence[float],
    difficulties: Sequence[float] | None = None,
    gamed: Sequence[Gamed] = (),
) -> LengthControlled:
    """LC of the values of an answer (1 is a win), given raw length gaps in characters, one for each question.

    Values of None are left out of the fit and predicted. Raises `BadData` below 200 questions or 180 values, and for
    equal gaps.
    """
    if len(values) < FEWEST:
        raise BadData(
            f"length-controlled win rate: {len(values)} questions, which the fit shrinks towards 50. Give at least "
            f"{FEWEST}, or report the win rate."
        )
    if (scored := sum(value is not None for value in values)) < FEWEST_SCORED:
        raise BadData(
            f"length-controlled win rate: {scored} of {len(values)} questions have a verdict, and the fit shrinks "
            f"them towards 50. It needs {FEWEST_SCORED}: report the win rate."
        )
    spread = float(np.std(np.asarray(gaps, dtype=float), ddof=1))
    if spread == 0:
        raise BadData("length-controlled win rate: all gaps in length are equal. There is nothing to control.")
    rows = design([gap / spread for gap in gaps], values, difficulties, gamed)
    strength = chosen(*rows)
    found = lasso(*rows[:3], strength)
    hard = np.zeros(len(values)) if difficulties is None else found[1] * np.asarray(difficulties, dtype=float)
    shares = sigmoid(hard + found[-1])
    error = float(np.std(shares, ddof=1)) / len(shares) ** 0.5
    raw = 100 * float(np.mean([value for value in values if value is not None]))
    rate = 100 * float(np.mean(shares))
    return LengthControlled(rate, 100 * error, strength, tuple(map(float, found)), tuple(warned(rate, raw, found)))


def design(
    gaps: Sequence[float],
    values: Sequence[float | None],
    difficulties: Sequence[float] | None,
    gamed: Sequence[Gamed],
) -> tuple[Array, Array, Array, Any]:
    """Features, labels, weights and the question of every row of the fit; without difficulties there is no such column.

    The columns are tanh(gap), difficulty, and 1 for the model.
    """
    hard = [0.0] * len(values) if difficulties is None else difficulties
    own = [((np.tanh(gaps[i]), hard[i], 1.0), value, 1.0, i) for i, value in enumerate(values) if value is not None]
    theirs = [((np.tanh(row.gap), hard[row.question], 0.0), row.value, GAMED_WEIGHT, row.question) for row in gamed]
    features, labels, weights, questions = (np.array(column) for column in zip(*own, *theirs, strict=True))
    if difficulties is None:
        features = features[:, [0, 2]]
    return features, labels, weights, questions


def chosen(features: Array, labels: Array, weights: Array, questions: Any) -> float:  # noqa: ANN401 - integers
    """The strength with the least loss on held-out questions; of equals the smallest."""
    folds = fold_of(questions)
    losses = np.zeros(len(STRENGTHS))
    for fold in range(FOLDS):
        out = folds == fold
        start = np.zeros(features.shape[1])
        for position, strength in enumerate(STRENGTHS):
            start = lasso(features[~out], labels[~out], weights[~out], strength, start)
            losses[position] += log_loss(features[out], labels[out], weights[out], start) / weights[out].sum()
    return STRENGTHS[int(np.argmin(losses))]


def fold_of(questions: Any) -> Any:  # noqa: ANN401 - integers
    """The fold of each row: questions, those with most rows first, each into the fold with fewest rows so far."""
    names, place, counts = np.unique(questions, return_inverse=True, return_counts=True)
    sizes, fold = np.zeros(FOLDS), np.zeros(len(names), dtype=int)
    for position in np.argsort(counts)[::-1]:
        fold[position] = int(np.argmin(sizes))
        sizes[fold[position]] += counts[position]
    return fold[place]


def warned(rate: float, raw: float, coefficients: Array) -> list[str]:
    """The reasons to distrust a length-controlled win rate."""
    if not np.any(coefficients):
        return ["the penalty shrank every coefficient to 0, so that it is 50 whatever the verdicts are"]
    found = []
    if coefficients[0] >= 0:
        found.append("the length coefficient is not negative: the judge does not favour length here")
    if abs(rate - raw) > max(10.0, 0.25 * (100 - raw if rate > raw else raw)):
        found.append(f"it is far from the raw win rate of {raw:.1f}")
    return found


def difficulty(share: float, theta: float, psi: float) -> float:
    """A question's difficulty from a published prediction at equal length and the model's coefficients.

    d = (logit p - theta) / psi.

    >>> round(difficulty(0.75, 0.5, 0.8), 4)
    0.7483
    """
    return float((np.log(share / (1 - share)) - theta) / psi)


def win_rate_at(difficulties: Sequence[float], psi: float, theta: float) -> float:
    """The win rate at equal length in percent, from published coefficients: 100 * mean s(psi d + theta)."""
    return 100 * float(np.mean(sigmoid(psi * np.asarray(difficulties, dtype=float) + theta)))


def win_rate_between(difficulties: Sequence[float], one: tuple[float, float], other: tuple[float, float]) -> float:
    """The predicted win rate of one model against another in percent, each given by its (psi, theta)."""
    return win_rate_at(difficulties, one[0] - other[0], one[1] - other[1])
