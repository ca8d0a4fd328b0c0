"""Heads, fitted."""

from collections.abc import Sequence
from typing import Any

import pytest
import torch
from symposia.agents.decoding.heads import Head, Layer
from symposia.agents.errors import BadModel
from symposia.tests.support.said import says
from symposia.trainers.heads.fitting import Fit
from symposia.trainers.heads.losses import cross_entropy


def fitted(states: Sequence[Sequence[float]], labels: Sequence[float], **options: Any) -> Fit:
    wanted = torch.tensor(labels)
    return Fit(torch.tensor(states), [lambda scores, rows: cross_entropy(scores, wanted[rows])], **options)


XOR = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))


def test_a_linear_head_is_the_logistic_regression_of_standardised_states() -> None:
    # States are +1 and -1 once standardised: log(1 + exp(-w)) + .1 w^2 is least where 1 / (1 + exp(w)) = .2 w.
    (layer,) = fitted([[12.0], [8.0]], [1.0, 0.0]).head().layers
    (weight,) = layer.weights[0]
    assert weight * 2 == pytest.approx(1.17751, abs=1e-3)
    assert layer.biases[0] == pytest.approx(-10 * weight, abs=1e-3)


def test_a_state_that_never_changes_has_no_weight() -> None:
    (layer,) = fitted([[12.0, 3.0], [8.0, 3.0]], [1.0, 0.0]).head().layers
    assert layer.weights[0][1] == 0.0


def test_a_hidden_layer_tells_what_a_line_cannot() -> None:
    labels = [0.0, 1.0, 1.0, 0.0]
    narrow, wide = fitted(XOR, labels).head(), fitted(XOR, labels, width=16, decay=1e-4).head()
    assert [round(narrow(torch.tensor(state)), 2) for state in XOR] == [0.5] * 4
    assert [round(wide(torch.tensor(state))) for state in XOR] == labels


def test_the_same_seed_gives_the_same_head() -> None:
    labels = [0.0, 1.0, 1.0, 0.0]
    first, again, other = (fitted(XOR, labels, width=4, seed=seed).head() for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_what_is_held_out_was_not_seen() -> None:
    # Each group says the opposite of the other, so that a head of one is wrong about the other.
    fit = fitted([[1.0], [-1.0], [1.0], [-1.0]], [1.0, 0.0, 0.0, 1.0])
    scores = fit.held_out([3, 3, 8, 8])
    assert scores is not None
    assert [bool(score > 0) for score in scores] == [False, True, True, False]
    assert fit.held_out([3, 3, 3, 3]) is None


def test_a_state_that_is_no_number_is_refused() -> None:
    with says(BadModel, "heads: a hidden state is not a number. Check the model's weights."):
        fitted([[float("nan")], [1.0]], [1.0, 0.0]).head()


def test_a_head_far_out_is_sure() -> None:
    for bias, share in ((-2000.0, 0.0), (0.0, 0.5), (2000.0, 1.0)):
        assert Head(layers=(Layer(weights=((1.0, 1.0),), biases=(bias,)),))(torch.tensor([1.0, -1.0])) == share
