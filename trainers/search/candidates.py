"""Mixtures: models whose coefficients sum to one, theta = sum_k c_k theta_k.

Soups, swarms, extrapolations and LoraHub all make them. Models that lie on one resident base as LoRA
adapters are mixed as one adapter, theta = b + sum_k c_k s_k B_k A_k: exact, nothing is copied, and all
candidates of a search are read in one mixed batch. Others are merged tensor by tensor.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from ...agents import Open, Team
from ...agents.concurrency import gather
from ...agents.objective import PartialScore, ScoreBand
from . import Vector

Make: TypeAlias = Callable[[Vector, str], Open]
"""Makes the model of a vector, with this name."""

Utility: TypeAlias = Callable[[Team[Open], ScoreBand | None], Awaitable[float | PartialScore]]
"""Scores a team of one, higher is better; exactly, unless its score is one of those that change nothing."""

Penalty: TypeAlias = Callable[[Vector], float]

ROUNDING: Final = 1e-12
"""How much narrower a band is made when a penalty is added to its ends: sums round, decisions may not."""


def nothing(vector: Vector) -> float:
    """No penalty."""
    return 0.0


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

    async def __call__(self, vectors: Mapping[Vector, ScoreBand | None]) -> list[float | PartialScore]:
        """The scores of these vectors, less their penalties, in their order; each with scores that change nothing."""
        asked = list(vectors.items())
        width = self.at_once or len(asked)
        scores: list[float | PartialScore] = []
        for start in range(0, len(asked), width):
            scores += await self._round(asked[start : start + width])
        return scores

    async def _round(self, asked: Sequence[tuple[Vector, ScoreBand | None]]) -> list[float | PartialScore]:
        models: dict[str, Open] = {}
        for vector, _ in asked:
            name = f"{self.name}-{self.count}"
            self.count += 1
            models[name] = await asyncio.to_thread(self.make, vector, name)
        found = await gather(
            {
                name: self._scored(self.team.with_models({name: model}), vector, idle)
                for (name, model), (vector, idle) in zip(models.items(), asked, strict=True)
            }
        )
        for name, score in found.items():
            if not isinstance(score, PartialScore) and score > self.score:
                self.best, self.score = models[name], score
        return list(found.values())

    async def _scored(self, team: Team[Open], vector: Vector, idle: ScoreBand | None) -> float | PartialScore:
        penalty = self.penalty(vector)
        if idle is not None and penalty:
            idle = ScoreBand(idle.low + penalty + ROUNDING, idle.high + penalty - ROUNDING)
        score = await self.utility(team, idle)
        if isinstance(score, PartialScore):
            return PartialScore(score.low - penalty, score.high - penalty, score.asked)
        return score - penalty
