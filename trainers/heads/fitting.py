"""Fits a head by full-batch L-BFGS: the same examples and seed give the same head, whatever else runs.

Hidden states are standardised, which is folded into the head's first layer. With `width` 0 the head is linear and
starts at zero; otherwise it has one hidden layer.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import torch
from torch import Tensor

from ...agents.decoding.heads import Head, Layer
from ...agents.errors import BadModel

Loss: TypeAlias = Callable[[Tensor, Tensor], Tensor]
"""The loss of the scores of some examples, given the scores and the examples' indices."""

T = TypeVar("T")

FOLDS = 5
STEPS = 200
DIGITS = 7


@dataclass(frozen=True)
class Fit:
    """A fitting problem: hidden states of shape (examples, model's width), and losses to minimise one after another.

    `decay` times the sum of squared weights is added to each loss.

    >>> from symposia.trainers.heads.losses import cross_entropy
    >>> labels = torch.tensor([0.0, 1.0])
    >>> fit = Fit(torch.tensor([[-1.0], [1.0]]), [lambda scores, indices: cross_entropy(scores, labels[indices])])
    >>> head = fit.head()
    >>> head(torch.tensor([1.0])) > 0.5 > head(torch.tensor([-1.0]))
    True
    """

    states: Tensor
    losses: Sequence[Loss]
    width: int = 0
    decay: float = 0.1
    seed: int = 0

    def head(self) -> Head:
        """The head fitted to all examples. Raises `BadModel` for NaN or infinite hidden states."""
        if not self.states.isfinite().all():
            raise BadModel("heads: a hidden state is not a number. Check the model's weights.")
        return head_of(self.layers(torch.arange(len(self.states))))

    def held_out(self, groups: Sequence[int]) -> Tensor | None:
        """Cross-validated scores: each example's by a head fitted without its group; None for fewer than two groups."""
        known = sorted(set(groups))
        folds = torch.tensor([known.index(group) % FOLDS for group in groups])
        if len(known) < 2:
            return None
        scores = torch.zeros(len(self.states))
        for fold in range(min(FOLDS, len(known))):
            layers = self.layers((folds != fold).nonzero()[:, 0])
            scores[folds == fold] = scored(layers, self.states[folds == fold])
        return scores

    def layers(self, indices: Tensor) -> list[Tensor]:
        """Weights and biases of all layers in turn, fitted to the examples with these indices."""
        chosen = self.states[indices]
        mean, spread = chosen.mean(0), chosen.std(0, correction=0)
        spread = spread.where(spread > spread.max() * 1e-6, 1.0)
        layers = begun(chosen.shape[1], self.width, self.seed)
        for loss in self.losses:
            self._descend(layers, (chosen - mean) / spread, loss, indices)
        weight, bias, *rest = (layer.detach() for layer in layers)
        return [weight / spread, bias - (weight / spread) @ mean, *rest]

    def _descend(self, layers: list[Tensor], states: Tensor, loss: Loss, indices: Tensor) -> None:
        """Minimise the loss over the layers by L-BFGS, in place."""
        descent = torch.optim.LBFGS(layers, max_iter=STEPS, line_search_fn="strong_wolfe")

        def closure() -> float:
            descent.zero_grad()
            decayed = self.decay * sum((weight.square().sum() for weight in layers[::2]), start=states.new_zeros(()))
            total = loss(scored(layers, states), indices) + decayed
            total.backward()  # type: ignore[no-untyped-call]
            return float(total.detach())

        descent.step(closure)  # type: ignore[no-untyped-call]


def head_of(layers: Sequence[Tensor]) -> Head:
    """The head of these weights and biases, in turn.

    >>> head_of([torch.tensor([[1.0, -1.0]]), torch.tensor([0.5])]).layers[0].biases
    (0.5,)
    """
    return Head(
        layers=tuple(
            Layer(weights=tuple(map(rounded, weight)), biases=rounded(bias))
            for weight, bias in zip(layers[::2], layers[1::2], strict=True)
        )
    )


def layers_of(head: Head, device: torch.device) -> list[Tensor]:
    """The weights and biases of a head, in turn, to be trained."""
    parts = (part for layer in head.layers for part in (layer.weights, layer.biases))
    return [torch.tensor(part, device=device, requires_grad=True) for part in parts]


def begun(size: int, width: int, seed: int) -> list[Tensor]:
    """Initial layers: the output layer at zero, a hidden one at random."""
    drawn = torch.Generator().manual_seed(seed)
    hidden = [torch.randn(width, size, generator=drawn) / size**0.5, torch.zeros(width)] if width else []
    return [part.requires_grad_() for part in (*hidden, torch.zeros(1, width or size), torch.zeros(1))]


def scored(layers: Sequence[Tensor], states: Tensor) -> Tensor:
    """The scores (examples,) of hidden states (examples, model's width)."""
    for number, (weight, bias) in enumerate(zip(layers[::2], layers[1::2], strict=True)):
        states = (states.relu() if number else states) @ weight.T + bias
    return states[:, 0]


def rounded(values: Tensor) -> tuple[float, ...]:
    """The values rounded to the digits of float32, as they are written into a trace."""
    return tuple(float(f"{value:.{DIGITS}g}") for value in values.tolist())


async def in_a_thread(call: Callable[[], T]) -> T:
    """Run a computation in a thread of its own, with one torch thread, so that the order of sums is fixed."""
    with ThreadPoolExecutor(1, initializer=torch.set_num_threads, initargs=(1,)) as threads:
        return await asyncio.get_running_loop().run_in_executor(threads, call)
