"""Methods that weigh models, or single entries, by how the changes lie to each other."""

import torch
from pydantic import Field
from torch import Tensor

from .inputs import Inputs, weighted_sum
from .method import Method
from .sparse import largest


class Linear(Method):
    """sum_k w_k theta_k, divided by the sum of the weights only if `normalize` says so."""

    normalize: bool = False

    @property
    def shows_what_is_not_finite(self) -> bool:
        """Every entry counts."""
        return True

    @property
    def by_entry(self) -> bool:
        """It is a sum."""
        return True

    def check(self, name: str, models: int, *, based: bool) -> None:
        """Besides what always holds: a mean needs weights that do not sum to zero."""
        super().check(name, models, based=based)
        if self.normalize:
            self.check_mean(models)

    def __call__(self, inputs: Inputs) -> Tensor:
        """The merged tensor."""
        weights = self.weights_of(len(inputs.tensors))
        total = weighted_sum(inputs.tensors, weights)
        return total.div_(sum(weights)) if self.normalize else total


class ModelStock(Method):
    """As near to the mean of the models as the angle between their changes says; Jang et al. 2024.

    t = N c / (1 + (N - 1) c), c the mean cosine of two changes; https://arxiv.org/abs/2403.19522.
    """

    needs_base = True

    def __call__(self, inputs: Inputs) -> Tensor:
        """The merged tensor."""
        deltas = inputs.deltas
        lengths = [delta.norm() for delta in deltas]
        cosines = [
            float((deltas[i] * deltas[j]).sum() / (lengths[i] * lengths[j]).clamp_min(1e-30))
            for j in range(len(deltas))
            for i in range(j)
        ]
        mean = sum(cosines) / len(cosines) if cosines else 1.0
        count = len(deltas)
        t = count * mean / (1 + (count - 1) * mean) if mean > 0 else 0.0
        return inputs.origin + weighted_sum(deltas, [t / count] * count)


class Sce(Method):
    """Select, calculate, erase: the entries that vary most, models weighted by their energy; Wan et al. 2024.

    `density` of the entries is kept; https://arxiv.org/abs/2408.07990.
    """

    density: float = Field(default=1.0, gt=0, le=1)
    needs_base = True

    def __call__(self, inputs: Inputs) -> Tensor:
        """The merged tensor."""
        stacked = torch.stack(inputs.deltas)
        variance = stacked.var(0, correction=0)
        stacked = stacked * largest(variance, max(1, int(self.density * variance.numel())))
        energy = stacked.square().flatten(1).mean(1)
        if float(energy.sum()) == 0:
            return inputs.origin
        weights = (energy / energy.sum()).view(-1, *[1] * inputs.origin.ndim)
        elected = torch.where(stacked.sum(0) >= 0, 1.0, -1.0)
        agree = (stacked.sign() == elected) * weights
        divisor = agree.sum(0)
        return inputs.origin + (stacked * agree).sum(0) / torch.where(divisor == 0, 1.0, divisor)


class Nearswap(Method):
    """Every entry goes from the base towards the one model by `t` at most."""

    t: float = Field(default=0.001, ge=0)
    needs_base, takes = True, 1

    @property
    def by_entry(self) -> bool:
        """Each entry goes its own way."""
        return True

    def __call__(self, inputs: Inputs) -> Tensor:
        """The merged tensor."""
        return inputs.origin + inputs.deltas[0].clamp(-self.t, self.t)


class Ram(Method):
    """Changes that one model alone made are added whole, shared ones averaged.

    With `boost` r, a model's own changes are scaled by 1 + r min(shared / own, `limit`), counted in the tensor.
    """

    epsilon: float = Field(default=1e-5, ge=0)
    boost: float = Field(default=0.0, ge=0)
    limit: float = Field(default=0.2, ge=0)
    needs_base = True

    def __call__(self, inputs: Inputs) -> Tensor:
        """The merged tensor."""
        deltas = inputs.deltas
        changed = [delta.abs() > self.epsilon for delta in deltas]
        count = torch.stack(changed).sum(0)
        merged = inputs.origin.clone()
        for delta, here in zip(deltas, changed, strict=True):
            own, shared = here & (count == 1), here & (count > 1)
            ratio = min(int(shared.sum()) / max(1, int(own.sum())), self.limit)
            merged += delta * own * (1 + self.boost * ratio) + delta * shared / count.clamp_min(1)
        return merged
