"""Decoding from combined next-token logits."""

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from ..errors import BadScenario

if TYPE_CHECKING:
    from torch import Tensor

    from .joint_text import JointText
from .method import DecodingMethod


class Combine(DecodingMethod):
    """A rule that combines the next-token logits of several models. Subclass it and define `__call__`.

    With `speculate`, the `drafter`, by default the last of the peers, drafts so many tokens ahead, and all others
    verify them in one forward pass each (speculative decoding). That changes the cost of the text, not the text.

    >>> import torch
    >>> class Highest(Combine):
    ...     def __call__(self, logits):
    ...         return logits.amax(-2)
    >>> Highest()(torch.tensor([[0.0, 4.0], [5.0, 1.0]])).tolist()
    [5.0, 4.0]
    """

    forces_schema: ClassVar[bool] = True

    speculate: int = 0
    drafter: str | None = None

    def __call__(self, logits: "Tensor") -> "Tensor":
        """Combine float32 logits of shape (..., peers, vocabulary), peers in their order, into (..., vocabulary)."""
        raise TypeError(f"{type(self).__name__}: does not say how to combine. Define __call__.")

    @property
    def bounded(self) -> bool:
        """True if `upper` is defined, so that greedy texts can be proven from the likeliest tokens alone."""
        return False

    def upper(self, lower: "Tensor", upper: "Tensor") -> "Tensor":
        """An upper bound on the combined logits, from bounds on the peers': (peers, vocabulary) to (vocabulary,)."""
        raise TypeError(f"{type(self).__name__}: does not bound what it combines. Define upper, or set bounded false.")

    def speculating(self, tokens: int, drafter: str | None, members: tuple[str, ...]) -> Self:
        """A copy with drafts of this many tokens. Raises `BadScenario` for a negative number or an unknown drafter."""
        peers = self.peers(members)
        if tokens < 0:
            raise BadScenario(f"speculate: {tokens} tokens cannot be drafted. Use 0 for none, or some 2 to 8.")
        if drafter is not None and drafter not in peers:
            raise BadScenario(f"drafter: {drafter} does not write. Those who do: {', '.join(peers)}.")
        return self.model_copy(update={"speculate": tokens, "drafter": drafter})

    async def write(self, text: "JointText") -> None:
        """Run all peers in lockstep: one forward pass each, combine the logits, pick one token for all."""
        from .lockstep import write_in_lockstep

        await write_in_lockstep(text, self)


class Mean(Combine):
    """The weighted mean of logits, a product of experts, or of probabilities, a mixture of experts.

    Weights are scaled to sum to one; equal by default.

    >>> import torch
    >>> Mean(weights=(3, 1))(torch.tensor([[0.0, 4.0], [4.0, 0.0]])).tolist()
    [1.0, 3.0]
    """

    weights: tuple[float, ...] | None = None
    of: Literal["logits", "probabilities"] = "logits"

    @classmethod
    def checked(
        cls, weights: tuple[float, ...] | None, of: Literal["logits", "probabilities"], peers: int, *, where: str
    ) -> Self:
        """The mean for this many peers.

        Raises `BadScenario`, which begins with `where`, for weights of another number, not finite or without a mean.
        """
        if weights is not None and len(weights) != peers:
            raise BadScenario(f"{where}: {len(weights)} for {peers} models. Give one a model.")
        if weights is not None and not all(map(isfinite, weights)):
            raise BadScenario(f"{where}: {weights} are not all finite. Give a number a model.")
        if weights is not None and (sum(weights) == 0 or (of == "probabilities" and min(weights) < 0)):
            raise BadScenario(
                f"{where}: {weights} have no mean. Their sum may not be zero, nor one negative in a mixture."
            )
        return cls(weights=weights, of=of)

    def __call__(self, logits: "Tensor") -> "Tensor":
        """The weighted mean of logits of shape (..., peers, vocabulary): (..., vocabulary)."""
        scaled = self.scaled(logits.shape[-2])
        if self.of == "logits":
            return total(logits, scaled)
        return (logits.log_softmax(-1) + logits.new_tensor(scaled).log()[:, None]).logsumexp(-2)

    def scaled(self, peers: int) -> list[float]:
        """The weights of so many peers, their sum one."""
        weights = self.weights or (1.0,) * peers
        return [weight / sum(weights) for weight in weights]

    @property
    def bounded(self) -> bool:
        """True for the mean of logits."""
        return self.of == "logits"

    def upper(self, lower: "Tensor", upper: "Tensor") -> "Tensor":
        """An upper bound on the mean of logits."""
        return highest(lower, upper, self.scaled(len(upper)))


def highest(lower: "Tensor", upper: "Tensor", factors: Sequence[float]) -> "Tensor":
    """The largest weighted sum within bounds of shape (peers, vocabulary): (vocabulary,).

    >>> import torch
    >>> highest(torch.tensor([[0.0, 1.0], [0.0, 2.0]]), torch.tensor([[4.0, 1.0], [4.0, 2.0]]), (1, -1)).tolist()
    [4.0, -1.0]
    """
    rows = upper.clone()
    for at, factor in enumerate(factors):
        if factor < 0:
            rows[at] = lower[at]
    return total(rows, factors)


def total(logits: "Tensor", factors: Sequence[float]) -> "Tensor":
    """The weighted sum over peers of logits of shape (..., peers, vocabulary): (..., vocabulary)."""
    first, *others = logits.unbind(-2)
    summed = first * factors[0]
    for row, factor in zip(others, factors[1:], strict=True):
        summed.add_(row, alpha=factor)
    return summed
