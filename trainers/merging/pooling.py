"""Methods that weight models or entries by the relation of their task vectors, and the linear combination."""

import torch
from pydantic import Field
from torch import Tensor

from ...agents.errors import BadModel
from .inputs import Inputs, weighted_sum
from .method import Method
from .sparse import largest


class Linear(Method):
    """The linear combination sum_k w_k theta_k, divided by the sum of the weights if `normalize` is set.

    >>> method = Linear(weights=(3.0, 1.0), normalize=True)
    >>> method(Inputs("w", ("amber", "blue"), (torch.tensor([0.0, 4.0]), torch.tensor([4.0, 0.0])))).tolist()
    [1.0, 3.0]
    """

    normalize: bool = False

    @property
    def shows_what_is_not_finite(self) -> bool:
        """True: every entry of every input counts."""
        return True

    @property
    def by_entry(self) -> bool:
        """True: it is a sum."""
        return True

    def check(self, name: str, models: int, *, based: bool) -> None:
        """Raise `BadScenario` as for every method, and for weights to normalise that sum to zero."""
        super().check(name, models, based=based)
        if self.normalize:
            self.check_mean(models)

    def __call__(self, inputs: Inputs) -> Tensor:
        """The merged tensor."""
        weights = self.weights_of(len(inputs.tensors))
        total = weighted_sum(inputs.tensors, weights)
        return total.div_(sum(weights)) if self.normalize else total


class ModelStock(Method):
    """Model Stock: interpolation from the base to the mean of the models by a ratio t; Jang et al. 2024.

    t = N c / (1 + (N - 1) c), with c the mean cosine of two task vectors; https://arxiv.org/abs/2403.19522. Where they
    point apart, c and t are negative, and the merge lies beyond the base, as in the paper's formula and in mergekit.

    >>> tensors = torch.tensor([2.0, 0.0]), torch.tensor([0.0, 2.0])  # orthogonal task vectors: the base remains
    >>> ModelStock()(Inputs("w", ("amber", "blue"), tensors, base=torch.zeros(2))).tolist()
    [0.0, 0.0]
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
        # At its least, -1 / (N - 1), task vectors cancel out and the ratio has a pole.
        divisor = 1 + (count - 1) * mean
        if divisor < 1e-6:
            raise BadModel(
                f"merge: the changes of the models to {inputs.name} cancel out, so model_stock has no ratio for them. "
                "Use another method, or other models."
            )
        t = count * mean / divisor
        return inputs.origin + weighted_sum(deltas, [t / count] * count)


class Sce(Method):
    """SCE (select, calculate, erase): entries of largest variance, models weighted by energy; Wan et al. 2024.

    `density` is the fraction of entries kept; https://arxiv.org/abs/2408.07990.

    >>> tensors = torch.tensor([2.0, 0.0]), torch.tensor([0.0, 0.0])
    >>> Sce(density=0.5)(Inputs("w", ("amber", "blue"), tensors, base=torch.zeros(2))).tolist()
    [2.0, 0.0]
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
    """Nearswap: every entry moves from the base towards the one model by at most `t`.

    >>> Nearswap(t=0.5)(Inputs("w", ("amber",), (torch.tensor([2.0, 0.25]),), base=torch.zeros(2))).tolist()
    [0.5, 0.25]
    """

    t: float = Field(default=0.001, ge=0)
    needs_base, takes = True, 1

    @property
    def by_entry(self) -> bool:
        """True: entries are clamped one by one."""
        return True

    def __call__(self, inputs: Inputs) -> Tensor:
        """The merged tensor."""
        return inputs.origin + inputs.deltas[0].clamp(-self.t, self.t)


class Ram(Method):
    """RAM: entries that a single model changed are added in full, entries that several changed are averaged.

    With `boost` r, a model's own changes are scaled by 1 + r min(shared / own, `limit`), with counts in the tensor.

    >>> tensors = torch.tensor([2.0, 4.0]), torch.tensor([0.0, 2.0])
    >>> Ram()(Inputs("w", ("amber", "blue"), tensors, base=torch.zeros(2))).tolist()
    [2.0, 3.0]
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
