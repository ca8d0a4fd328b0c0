"""A small network on a model's last hidden state, as data: it is fitted elsewhere and travels in messages."""

from math import exp
from typing import TYPE_CHECKING

from ..errors import MissingCapability
from ..frozen import Frozen
from ..models.base import Hidden

if TYPE_CHECKING:
    from torch import Tensor


class Layer(Frozen):
    """A linear layer: `weights` by row."""

    weights: tuple[tuple[float, ...], ...]
    biases: tuple[float, ...]


class Head(Frozen):
    """Linear layers with a ReLU between them; the last one has one row."""

    layers: tuple[Layer, ...]

    def __call__(self, state: "Tensor") -> float:
        """The probability it gives a hidden state, shape (width,)."""
        for number, layer in enumerate(self.layers):
            state = state.relu() if number else state
            state = state.new_tensor(layer.weights) @ state + state.new_tensor(layer.biases)
        return sigmoid(float(state))


def hidden(model: object) -> Hidden:
    """The model as one that shows its hidden states. Raises `MissingCapability`."""
    if not isinstance(model, Hidden):
        raise MissingCapability(
            f"{type(model).__name__}: shows no hidden states. A head reads those of a pocket: or hf: model."
        )
    return model


def sigmoid(score: float) -> float:
    """1 / (1 + exp(-score)), also far out."""
    return 1 / (1 + exp(-score)) if score >= 0 else exp(score) / (1 + exp(score))
