"""The network of a graph router: questions and members are nodes, dev outcomes are edges from questions to members.

    x_q  = W_q f(q) + b_q                    f(q): the cosines of q with the dev questions, centred
    g_m  = mean over dev questions q of  relu(A x_q + B (utility, cost)_qm + b)
    p_qm = sigmoid(x_q . (W_m f(m) + C g_m) / sqrt(width)),   f(m): the cosines of m's description with the others'

After GraphRouter, Feng et al. 2024, https://arxiv.org/abs/2410.03834. A dev question is fitted as one that is new: its
own edges are taken out of g_m. Messages are means, so an answer does not depend on how many questions there are, and
not on any that is asked besides. Fitted by Adam on one thread: the same examples and seed give the same weights.
"""

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

Weights: TypeAlias = dict[str, tuple[tuple[float, ...], ...]]
"""Rows of floats by name, as a message holds them."""

RATE = 0.05
DIGITS = 7


class Edges(NamedTuple):
    """A graph of dev: question features (questions, f), member features (members, f), outcomes (questions, members, 2).

    >>> Edges(torch.eye(3), torch.zeros(2, 2), torch.zeros(3, 2, 2)).members.shape
    torch.Size([2, 2])
    """

    questions: Tensor
    members: Tensor
    outcomes: Tensor


@dataclass(frozen=True)
class Network:
    """The network's weights by name.

    >>> edges = Edges(torch.eye(2), torch.zeros(2, 2), torch.zeros(2, 2, 2))
    >>> network = Network.begun(edges, width=4, seed=1)
    >>> network.scores(torch.eye(2), edges).shape
    torch.Size([2, 2])
    """

    weights: dict[str, Tensor]

    @classmethod
    def begun(cls, edges: Edges, width: int, seed: int) -> "Network":
        """Random weights, biases of zero and one: before it is fitted, all questions are alike to some extent."""
        drawn = torch.Generator().manual_seed(seed)
        shapes = {
            "question": (edges.questions.shape[1], width),
            "member": (edges.members.shape[1], width),
            "heard": (width, width),
            "outcome": (edges.outcomes.shape[2], width),
            "said": (width, width),
        }
        weights = {name: torch.randn(shape, generator=drawn) / width**0.5 for name, shape in shapes.items()}
        weights |= {"question bias": torch.ones(1, width), "heard bias": torch.zeros(1, width)}
        return cls(weights)

    @classmethod
    def of(cls, weights: Weights) -> "Network":
        """The network that was kept as these rows."""
        return cls({name: torch.tensor(rows) for name, rows in weights.items()})

    def rows(self) -> Weights:
        """The weights as rows of floats, rounded to the digits of float32."""
        return {
            name: tuple(tuple(float(f"{one:.{DIGITS}g}") for one in row) for row in values.tolist())
            for name, values in self.weights.items()
        }

    def scores(self, asked: Tensor, edges: Edges, *, dev: bool = True) -> Tensor:
        """Logits (asked, members) of new questions with these features; without `dev` no outcome is known."""
        nodes = self._questions(asked)
        if not dev:
            heard = self._messages(nodes, torch.ones(len(asked), *edges.outcomes.shape[1:]))
            return self._logits(nodes, heard, edges)
        messages = self._messages(self._questions(edges.questions), edges.outcomes)
        return self._logits(nodes, messages.mean(0, keepdim=True), edges)

    def left_out(self, edges: Edges) -> Tensor:
        """Logits (questions, members) of the dev questions, each from the outcomes of all others."""
        nodes = self._questions(edges.questions)
        messages = self._messages(nodes, edges.outcomes)
        others = (messages.sum(0, keepdim=True) - messages) / max(len(nodes) - 1, 1)
        return self._logits(nodes, others, edges)

    def _questions(self, features: Tensor) -> Tensor:
        return features @ self.weights["question"] + self.weights["question bias"]

    def _messages(self, nodes: Tensor, outcomes: Tensor) -> Tensor:
        """Messages (questions, members, width) along the edges."""
        heard = (nodes @ self.weights["heard"])[:, None, :] + outcomes @ self.weights["outcome"]
        return (heard + self.weights["heard bias"]).relu()

    def _logits(self, nodes: Tensor, heard: Tensor, edges: Edges) -> Tensor:
        members = edges.members @ self.weights["member"] + heard @ self.weights["said"]
        logits: Tensor = (nodes[:, None, :] * members).sum(-1) / nodes.shape[1] ** 0.5
        return logits


def fitted(network: Network, edges: Edges, targets: Tensor, *, steps: int, decay: float) -> Network:
    """The network after these steps toward targets (questions, members) from 0 to 1, by cross-entropy."""
    weights = {name: one.clone().requires_grad_() for name, one in network.weights.items()}
    descent = torch.optim.AdamW(weights.values(), lr=RATE, weight_decay=decay)
    for _ in range(steps):
        descent.zero_grad()
        loss = binary_cross_entropy_with_logits(Network(weights).left_out(edges), targets)
        loss.backward()  # type: ignore[no-untyped-call]
        descent.step()
    return Network({name: one.detach() for name, one in weights.items()})
