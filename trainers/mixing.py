"""Mixtures: models whose coefficients sum to one, theta = sum_k c_k theta_k.

Soups, swarms, extrapolations and LoraHub all make them. Models that lie on one resident base as LoRA
adapters are mixed as one adapter, theta = b + sum_k c_k s_k B_k A_k: exact, nothing is copied, and all
candidates of a search are read in one mixed batch. Others are merged tensor by tensor.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from ..agents import Open, Team
from ..agents.errors import BadScenario
from ..agents.models.absent import Absent
from ..agents.objective import Band, Between
from ..agents.together import together
from .merging import merge
from .search import Vector

Make: TypeAlias = Callable[[Vector, str], Open]
"""Makes the model of a vector, with this name."""

Utility: TypeAlias = Callable[[Team[Open], Band | None], Awaitable[float | Between]]
"""Scores a team of one, higher is better; exactly, unless its score is one of those that change nothing."""

Penalty: TypeAlias = Callable[[Vector], float]

ROUNDING: Final = 1e-12
"""How much narrower a band is made when a penalty is added to its ends: sums round, decisions may not."""


def nothing(vector: Vector) -> float:
    """No penalty."""
    return 0.0


def mixture(models: Mapping[str, Open], coefficients: Sequence[float], *, name: str) -> Open:
    """The live model of these coefficients; one of the models itself where the others have no part.

    Raises `BadScenario` unless the coefficients sum to one, and what `combine` raises.
    """
    if abs(sum(coefficients) - 1) > 1e-6:
        raise BadScenario(f"{name}: its coefficients sum to {sum(coefficients):g}, not to one. Use combine for others.")
    parts = {one: part for one, part in zip(models, coefficients, strict=True) if part != 0}
    used = {one: models[one] for one in parts}
    if list(parts.values()) == [1]:
        return next(iter(used.values()))
    if all(hasattr(model, "through") for model in used.values()):
        from .adapters import on_one_base, summed

        first, *_ = adapted = list(used.values())
        if on_one_base(adapted):
            total = summed([model.adapter for model in adapted], list(parts.values()), name=name)  # type: ignore[attr-defined]
            return first.through(total)  # type: ignore[attr-defined, no-any-return]
    return merge(used, "linear", name=name, weights=tuple(parts.values()))


def factor_mixture(models: Mapping[str, Open], weights: Sequence[float], *, base: Open, name: str) -> Open:
    """LoRA adapters on one base, their factors averaged apart: the change is (sum_k w_k B_k) (sum_k w_k A_k).

    Raises `BadScenario` for what is no adapter on one resident base, or adapters of different rank or scale.
    """
    if isinstance(base, Absent):
        return Absent(name)
    from .adapters import averaged_factors, on_one_base

    adapters = [one for model in models.values() if (one := getattr(model, "adapter", None)) is not None]
    if len(adapters) < len(models) or not on_one_base([base, *models.values()]):
        raise BadScenario(f"{name}: factors are only averaged of LoRA adapters on one base. Mix in products.")
    return base.through(averaged_factors(adapters, weights, name=name))  # type: ignore[attr-defined, no-any-return]


@dataclass
class Candidates:
    """Makes the models of coefficient vectors, scores those of a round at once, and keeps the best one live.

    `utility` scores a team of one, and `penalty` of its vector is taken off; `name` is what the candidates
    are called in the trace, with a number; `at_once` limits how many models are live at the same time.
    """

    team: Team[Open]
    make: Make
    utility: Utility
    name: str
    penalty: Penalty = nothing
    at_once: int | None = None
    count: int = 0
    best: Open | None = None
    score: float = float("-inf")

    async def __call__(self, vectors: Mapping[Vector, Band | None]) -> list[float | Between]:
        """The scores of these vectors, less their penalties, in their order; each with scores that change nothing."""
        asked = list(vectors.items())
        width = self.at_once or len(asked)
        scores: list[float | Between] = []
        for start in range(0, len(asked), width):
            scores += await self._round(asked[start : start + width])
        return scores

    async def _round(self, asked: Sequence[tuple[Vector, Band | None]]) -> list[float | Between]:
        models: dict[str, Open] = {}
        for vector, _ in asked:
            name = f"{self.name}-{self.count}"
            self.count += 1
            models[name] = await asyncio.to_thread(self.make, vector, name)
        found = await together(
            {
                name: self._scored(self.team.with_models({name: model}), vector, idle)
                for (name, model), (vector, idle) in zip(models.items(), asked, strict=True)
            }
        )
        for name, score in found.items():
            if not isinstance(score, Between) and score > self.score:
                self.best, self.score = models[name], score
        return list(found.values())

    async def _scored(self, team: Team[Open], vector: Vector, idle: Band | None) -> float | Between:
        penalty = self.penalty(vector)
        if idle is not None and penalty:
            idle = Band(idle.low + penalty + ROUNDING, idle.high + penalty - ROUNDING)
        score = await self.utility(team, idle)
        if isinstance(score, Between):
            return Between(score.low - penalty, score.high - penalty, score.asked)
        return score - penalty
