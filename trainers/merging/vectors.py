"""Task vectors: methods that add up the differences of models to a common base.

    delta_k = theta_k - b;   theta = b + scale * sum_k w_k M_k keep_k(delta_k)

`keep` drops entries, `vote` elects a sign for every entry, and M_k masks the models that disagree with it. The methods
of the papers are settings of one class:

    task arithmetic  Ilharco et al. 2023, https://arxiv.org/abs/2212.04089
    TIES             Yadav et al. 2023, https://arxiv.org/abs/2306.01708
    DARE             Yu et al. 2024, https://arxiv.org/abs/2311.03099
    breadcrumbs      Davari and Belilovsky 2024, https://arxiv.org/abs/2312.06795
    DELLA            Deep et al. 2024, https://arxiv.org/abs/2406.11617
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

import torch
from pydantic import Field, PrivateAttr
from torch import Tensor

from .inputs import Inputs, pieces, weighted_sum
from .method import Method
from .sparse import Rescale, kept, rank_probabilities, trimmed, uniform, without_tails
from .thresholds import magnitude_thresholds


class TaskVectors(Method):
    """Sparsify task vectors, elect signs, and add them up.

    `keep` selects a fraction `density` of entries: the `largest` (`scope`: of each tensor, or of the whole model, as in
    the TIES paper), `random` ones (`seed`), random ones by rank (plus or minus `epsilon`), or all but both tails
    (`gamma` of the largest). `normalize` divides by the sum of the weights that took part in an entry. Weights apply
    before the vote: a negative weight votes against its model.

    >>> tensors = torch.tensor([2.0, -1.0]), torch.tensor([4.0, 3.0])
    >>> ties = TaskVectors(keep="largest", vote="sum", normalize=True)
    >>> ties(Inputs("w", ("amber", "blue"), tensors, base=torch.zeros(2))).tolist()
    [3.0, 3.0]
    """

    keep: Literal["all", "largest", "random", "ranked", "middle"] = "all"
    density: float = Field(default=1.0, gt=0, le=1)
    scope: Literal["tensor", "model"] = "tensor"
    gamma: float = Field(default=0.01, ge=0, lt=1)
    epsilon: float = Field(default=0.15, ge=0)
    rescale: Rescale = "none"
    vote: Literal["sum", "count"] | None = None
    normalize: bool = False
    scale: float = 1.0

    needs_base = True
    _thresholds: Mapping[str, float] = PrivateAttr(default_factory=dict)

    @property
    def shows_what_is_not_finite(self) -> bool:
        """True where no entry is dropped or outvoted."""
        return self.keep == "all" and self.vote is None

    @property
    def by_entry(self) -> bool:
        """True where no entry is dropped: votes are elementwise."""
        return self.keep == "all" or (self.keep == "random" and self.density == 1)

    def over(self, inputs: Callable[[], Iterable[Inputs]]) -> "TaskVectors":
        """The method; with the scope of a model, with its magnitude thresholds over all tensors."""
        if self.keep != "largest" or self.scope == "tensor":
            return self
        models = next(iter(inputs())).models
        found = magnitude_thresholds(lambda: (one.deltas for one in inputs()), self.density)
        known = self.model_copy()
        known._thresholds = dict(zip(models, found, strict=True))
        return known

    def check(self, name: str, models: int, *, based: bool) -> None:
        """Raise `BadScenario` as for every method, for DELLA probabilities outside (0, 1] and weights with no mean."""
        super().check(name, models, based=based)
        if self.keep == "ranked" and not self.epsilon < self.density <= 1 - self.epsilon:
            self.refuse(
                f"density {self.density} with epsilon {self.epsilon} are not probabilities", "Use a smaller one"
            )
        if self.normalize and self.vote is None:
            self.check_mean(models)

    def __call__(self, inputs: Inputs) -> Tensor:
        """The merged tensor."""
        named = zip(inputs.models, inputs.deltas, strict=True)
        deltas = [self.sparse(delta, model, inputs.name) for model, delta in named]
        return self.agreed(deltas).mul_(self.scale).add_(inputs.origin)

    def sparse(self, delta: Tensor, model: str, name: str) -> Tensor:
        """The sparsified task vector of one model."""
        probability: float | Tensor = self.density
        if self.keep == "all" or (self.keep == "random" and self.density == 1):
            return delta
        if model in self._thresholds:
            mask = delta.float().abs() >= self._thresholds[model]
        elif self.keep == "largest":
            mask = trimmed(delta, self.density)
        elif self.keep == "middle":
            mask = without_tails(delta, self.density, self.gamma)
        else:
            if self.keep == "ranked":
                probability = rank_probabilities(delta, self.density, self.epsilon)
            mask = uniform(delta, self.seed, model, name) < probability
        return kept(delta, mask, probability, self.rescale)

    def agreed(self, deltas: list[Tensor]) -> Tensor:
        """The weighted sum of task vectors, or of their entries with the elected sign; ties elect the positive sign."""
        weights = self.weights_of(len(deltas))
        if self.vote is None:
            total = weighted_sum(deltas, weights)
            return total / sum(weights) if self.normalize else total
        flat = [delta.reshape(-1) for delta in deltas]
        merged = torch.empty_like(flat[0])
        for piece in pieces(merged):
            merged[piece] = self.elected([one[piece] for one in flat], weights)
        return merged.view_as(deltas[0])

    def elected(self, deltas: list[Tensor], weights: tuple[float, ...]) -> Tensor:
        """The weighted sum of the entries with the elected sign."""
        weighted = [delta * weight for delta, weight in zip(deltas, weights, strict=True)]
        votes = weighted if self.vote == "sum" else [one.sign() for one in weighted]
        # 1 or -1, by arithmetic: it is several times as fast as torch.where, and so is adding to a zero divisor.
        sign = (weighted_sum(votes, [1.0] * len(votes)) >= 0).to(weighted[0].dtype).mul_(2).sub_(1)
        total, divisor = torch.zeros_like(sign), torch.zeros_like(sign)
        for one, weight in zip(weighted, weights, strict=True):
            along = one.mul_(sign)  # positive where it agrees
            total += along.clamp(min=0)
            divisor.add_(along > 0, alpha=weight)
        total *= sign
        return total / divisor.add_(divisor == 0) if self.normalize else total
