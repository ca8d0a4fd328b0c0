"""The decoding method of logit/contrast."""

from math import log
from typing import TYPE_CHECKING

from ....agents.decoding.combine import Combine, highest, total

if TYPE_CHECKING:
    from torch import Tensor


class Contrast(Combine):
    """The base model's logits plus those of some models minus those of others, scaled by `strength`.

    >>> import torch
    >>> contrast = Contrast(base="base", toward=("expert",), away=("amateur",), strength=2.0, plausible=0.0)
    >>> contrast(torch.tensor([[1.0, 2.0], [3.0, 0.0], [0.0, 1.0]])).tolist()
    [7.0, 0.0]
    """

    base: str
    toward: tuple[str, ...]
    away: tuple[str, ...]
    strength: float = 0.2
    plausible: float = 0.1

    def peers(self, members: tuple[str, ...]) -> tuple[str, ...]:
        """The base, and the models whose coefficients are not 0."""
        return tuple(self.coefficients)

    @property
    def coefficients(self) -> dict[str, float]:
        """The coefficient of each model's logits, the base's first."""
        counts = {name: self.toward.count(name) - self.away.count(name) for name in (*self.toward, *self.away)}
        moved = {name: self.strength * count for name, count in counts.items()}
        others = {name: factor for name, factor in moved.items() if factor and name != self.base}
        return {self.base: 1 + moved.get(self.base, 0.0), **others}

    @property
    def bounded(self) -> bool:
        """True unless a token that a model steered away from did not list could be the likeliest, however far down."""
        return self.plausible > 0 or min(self.coefficients.values()) >= 0

    def upper(self, lower: "Tensor", upper: "Tensor") -> "Tensor":
        """An upper bound on the contrast; tokens that are certainly implausible are -inf."""
        combined = highest(lower, upper, list(self.coefficients.values()))
        if not self.plausible:
            return combined
        return combined.masked_fill(upper[0] < lower[0].amax() + log(self.plausible), -float("inf"))

    def __call__(self, logits: "Tensor") -> "Tensor":
        """Logits of shape (..., peers, vocabulary) to (..., vocabulary); implausible tokens are -inf."""
        combined = total(logits, list(self.coefficients.values()))
        if not self.plausible:
            return combined
        base = logits[..., 0, :]
        floor = base.amax(-1, keepdim=True) + log(self.plausible)
        return combined.masked_fill(base < floor, -float("inf"))
