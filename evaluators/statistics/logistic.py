"""Weighted logistic regression without intercept, unpenalised or with an L1 penalty, for few features.

Labels may be soft: a label p is the rows 1 and 0 with weights p and 1 - p, which the loss below says directly:

    loss(b) = - sum_i weight_i * (label_i log s(x_i b) + (1 - label_i) log s(-x_i b))

The L1 fit minimises |b|_1 + C * loss(b), the objective of liblinear, and differs from its solution by its tolerance.
"""

from typing import Any, Final, TypeAlias

import numpy as np

from ...agents.errors import BadData

Array: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]

STEPS: Final = 100
"""The most Newton steps of a fit; it takes about ten."""

CLOSE: Final = 1e-9
"""A fit ends when no coefficient moves by more."""

LARGEST: Final = 30.0
"""A coefficient beyond this is a sign of separated data, whose likelihood has no maximum."""


def sigmoid(values: Array) -> Array:
    """1 / (1 + exp(-x)), elementwise, for any size of x."""
    half = 0.5 * np.tanh(0.5 * np.asarray(values, dtype=float))
    return np.asarray(half + 0.5)


def log_loss(features: Array, labels: Array, weights: Array, coefficients: Array) -> float:
    """The weighted loss of coefficients, in nats."""
    logits = features @ coefficients
    losses = np.logaddexp(0.0, logits) - labels * logits
    return float(weights @ losses)


def fitted(features: Array, labels: Array, weights: Array | None = None) -> Array:
    """The coefficients of greatest likelihood. Raises `BadData` for data that have none.

    `features` is of shape (rows, coefficients), `labels` are from 0 to 1.
    """
    weights = np.ones(len(labels)) if weights is None else weights
    found = np.zeros(features.shape[1])
    for _ in range(STEPS):
        gradient, curvature = derivatives(features, labels, weights, found)
        step = np.linalg.lstsq(curvature, gradient, rcond=None)[0]
        size = 1.0
        start = log_loss(features, labels, weights, found)
        while log_loss(features, labels, weights, found - size * step) > start + 1e-12 and size > 1e-6:
            size /= 2
        found = found - size * step
        if np.abs(found).max() > LARGEST:
            raise BadData("logistic regression: the data are separated, so no fit is best. Give more of them.")
        if np.abs(size * step).max() < CLOSE:
            break
    return found


def lasso(features: Array, labels: Array, weights: Array, strength: float, start: Array | None = None) -> Array:
    """The coefficients that minimise |b|_1 + strength * loss(b), by proximal Newton steps from `start`."""
    found = np.zeros(features.shape[1]) if start is None else start.copy()

    def objective(coefficients: Array) -> float:
        return float(np.abs(coefficients).sum()) + strength * log_loss(features, labels, weights, coefficients)

    for _ in range(STEPS):
        gradient, curvature = derivatives(features, labels, weights, found)
        aim = descended(found, strength * gradient, strength * curvature)
        size, before = 1.0, objective(found)
        while objective(found + size * (aim - found)) > before + 1e-12 and size > 1e-6:
            size /= 2
        moved = size * (aim - found)
        found = found + moved
        if np.abs(moved).max() < CLOSE:
            break
    return found


def descended(at: Array, gradient: Array, curvature: Array) -> Array:
    """The minimum of a quadratic model at a point plus the L1 norm, by coordinate descent."""
    found = at.copy()
    for _ in range(10 * STEPS):
        before = found.copy()
        for one in range(len(found)):
            bend = max(float(curvature[one, one]), 1e-12)
            slope = float(gradient[one] + curvature[one] @ (found - at)) - bend * found[one]
            found[one] = -np.sign(slope) * max(abs(slope) - 1.0, 0.0) / bend
        if np.abs(found - before).max() < 0.1 * CLOSE:
            break
    return found


def derivatives(features: Array, labels: Array, weights: Array, coefficients: Array) -> tuple[Array, Array]:
    """The gradient and the Hessian of the loss."""
    shares = sigmoid(features @ coefficients)
    gradient = features.T @ (weights * (shares - labels))
    curvature = (features * (weights * shares * (1 - shares))[:, None]).T @ features
    return gradient, curvature
