"""Task vectors: methods that add up what each model changed in a common base.

    delta_k = theta_k - b;   theta = b + scale * sum_k w_k M_k keep_k(delta_k)

`keep` drops entries, `vote` elects a sign for every entry and M_k leaves out those who disagree. One class,
and the methods of the papers are settings of it:

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
from .thresholds import edges


class TaskVectors(Method):
    """Drop, vote, add.

    `keep` with `density`: the largest entries (`scope`: of each tensor, or of the whole model, as in the
    TIES paper), random ones (`seed`), random ones by rank
    (plus or minus `epsilon`), or all but both tails (`gamma` of the largest). `normalize` divides by the
    weights that took part. A weight is applied before the vote: a negative one votes against its model.
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
    _edges: Mapping[str, float] = PrivateAttr(default_factory=dict)

    @property
    def shows_what_is_not_finite(self) -> bool:
        """Where nothing is dropped and no one is outvoted."""
        return self.keep == "all" and self.vote is None

    @property
    def by_entry(self) -> bool:
        """Where nothing is dropped: a vote is held for each entry alone."""
        return self.keep == "all" or (self.keep == "random" and self.density == 1)

    def over(self, inputs: Callable[[], Iterable[Inputs]]) -> "TaskVectors":
        """With the scope of a model: the same, knowing how large an entry has to be to be kept."""
        if self.keep != "largest" or self.scope == "tensor":
            return self
        models = next(iter(inputs())).models
        found = edges(lambda: (one.deltas for one in inputs()), self.density)
        known = self.model_copy()
        known._edges = dict(zip(models, found, strict=True))
        return known

    def check(self, name: str, models: int, *, based: bool) -> None:
        """Besides what always holds: the probabilities of DELLA have to be probabilities."""
        super().check(name, models, based=based)
        if self.keep == "ranked" and not self.epsilon < self.density <= 1 - self.epsilon:
            self.refuse(f"density {self.density} with epsilon {self.epsilon} are no probabilities", "Use a smaller one")
        if self.normalize and self.vote is None:
            self.check_mean(models)

    def __call__(self, inputs: Inputs) -> Tensor:
        """The merged tensor."""
        named = zip(inputs.models, inputs.deltas, strict=True)
        deltas = [self.sparse(delta, model, inputs.name) for model, delta in named]
        return self.agreed(deltas).mul_(self.scale).add_(inputs.origin)

    def sparse(self, delta: Tensor, model: str, name: str) -> Tensor:
        """What is kept of a change."""
        probability: float | Tensor = self.density
        if self.keep == "all" or (self.keep == "random" and self.density == 1):
            return delta
        if model in self._edges:
            mask = delta.float().abs() >= self._edges[model]
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
        """The weighted sum of the changes, or of those that have the elected sign; of a tie, the positive one."""
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
        """The weighted sum of the changes that have the elected sign."""
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
