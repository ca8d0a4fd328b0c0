"""Weights of an opinion pool, fitted to questions whose right option is known."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]
Table = Sequence[Sequence[float]]

RIDGES: Final = (0.01, 0.1, 1.0)
FOLDS: Final = 5
STEPS: Final = 300


def fitted(tables: Sequence[Table | Array], right: Sequence[int], ridge: float | None = None) -> tuple[float, ...]:
    """The weights, 0 or more, of the logarithmic pool that makes the right options likeliest.

    `tables` has for each question the log-probabilities of shape (members, options), `right` the index of its right
    option. The loss, the mean of -log pool(right), is convex in the weights; a ridge pulls them toward equal ones that
    add up to 1, as strongly as is best in five folds.

    >>> better, worse = np.log([0.8, 0.2]), np.log([0.5, 0.5])
    >>> good, useless = fitted([[better, worse], [better[::-1], worse]], [0, 1], ridge=0.1)
    >>> good > 1, round(useless, 3)
    (True, 0.5)
    """
    known = [np.asarray(table, dtype=float) for table in tables]
    if ridge is None:
        ridge = min(RIDGES, key=lambda one: _held_out(known, right, one)) if len(known) >= 2 * FOLDS else 1.0
    count = len(known[0])
    weights = np.full(count, 1 / count)
    step = 1.0
    loss = _loss(known, right, weights, ridge)
    for _ in range(STEPS):
        slope = sum(_slope(table, at, weights) for table, at in zip(known, right, strict=True)) / len(known)
        moved = np.maximum(weights - step * (slope + 2 * ridge * (weights - 1 / count)), 0)
        reached = _loss(known, right, moved, ridge)
        if reached < loss:
            weights, loss, step = moved, reached, step * 1.2
        else:
            step /= 2
    return tuple(float(one) for one in weights)


def _pool(table: Array, weights: Array) -> Array:
    summed = weights @ table
    shifted = np.exp(summed - summed.max())
    return np.asarray(shifted / shifted.sum())


def _loss(tables: Sequence[Array], right: Sequence[int], weights: Array, ridge: float) -> float:
    losses = [-np.log(_pool(table, weights)[at]) for table, at in zip(tables, right, strict=True)]
    return float(np.mean(losses) + ridge * ((weights - 1 / len(weights)) ** 2).sum())


def _slope(table: Array, right: int, weights: Array) -> Array:
    return np.asarray(table @ _pool(table, weights) - table[:, right])


def _held_out(tables: Sequence[Array], right: Sequence[int], ridge: float) -> float:
    losses = []
    for fold in range(FOLDS):
        rest = [at for at in range(len(tables)) if at % FOLDS != fold]
        own = [at for at in range(len(tables)) if at % FOLDS == fold]
        weights: Array = np.asarray(fitted([tables[at] for at in rest], [right[at] for at in rest], ridge), dtype=float)
        losses.append(_loss([tables[at] for at in own], [right[at] for at in own], weights, 0.0))
    return float(np.mean(losses))
