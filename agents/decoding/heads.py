"""Classification heads on a model's last hidden state, as data that travels in messages; `trainers/heads` fits them."""

from math import exp
from typing import TYPE_CHECKING

from ..errors import MissingCapability
from ..frozen import Frozen
from ..models.base import Hidden

if TYPE_CHECKING:
    from torch import Tensor


class Layer(Frozen):
    """A linear layer: a row of `weights` and a bias for each output.

    >>> Layer(weights=((1.0, -1.0),), biases=(0.5,)).biases
    (0.5,)
    """

    weights: tuple[tuple[float, ...], ...]
    biases: tuple[float, ...]


class Head(Frozen):
    """A multilayer perceptron with ReLU and one sigmoid output.

    >>> import torch
    >>> head = Head(layers=(Layer(weights=((1.0, -1.0),), biases=(0.0,)),))
    >>> head(torch.tensor([2.0, 2.0]))
    0.5
    """

    layers: tuple[Layer, ...]

    def __call__(self, state: "Tensor") -> float:
        """The probability for a hidden state of shape (width,)."""
        for number, layer in enumerate(self.layers):
            state = state.relu() if number else state
            state = state.new_tensor(layer.weights) @ state + state.new_tensor(layer.biases)
        return sigmoid(float(state))


def hidden(model: object) -> Hidden:
    """The model, typed as one that shows hidden states. Raises `MissingCapability` if it does not."""
    if not isinstance(model, Hidden):
        raise MissingCapability(
            f"{type(model).__name__}: shows no hidden states. A head reads those of a pocket: or hf: model."
        )
    return model


def sigmoid(score: float) -> float:
    """1 / (1 + exp(-score)), without overflow."""
    return 1 / (1 + exp(-score)) if score >= 0 else exp(score) / (1 + exp(score))
