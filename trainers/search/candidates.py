"""Candidate models of a search: their coefficients, their scores, and the best one so far.

Mixtures are models whose coefficients sum to one, theta = sum_k c_k theta_k.

Soups, swarms, extrapolations and LoraHub all make them. LoRA adapters on one resident base model are mixed into one
adapter, theta = b + sum_k c_k s_k B_k A_k: exactly, without copies, and all candidates of a search run in one batch.
Other models are merged tensor by tensor.
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
"""Makes the model of a coefficient vector, with this name."""

Utility: TypeAlias = Callable[[Team[Open], ScoreBand | None], Awaitable[float | PartialScore]]
"""Scores a team of one, higher is better; only a `PartialScore` if it falls in the band."""

Penalty: TypeAlias = Callable[[Vector], float]

ROUNDING: Final = 1e-12
"""The margin by which a band shrinks when a penalty is added to its ends, so that rounding changes no decision."""


def nothing(vector: Vector) -> float:
    """No penalty."""
    return 0.0


@dataclass
class Candidates:
    """Makes the models of coefficient vectors, scores those of a round concurrently, and keeps the best one in memory.

    `utility` scores a team of one, less the `penalty` of its vector; `name`, with a number, names candidates in the
    trace; `at_once` limits the number of models in memory at the same time.

    >>> from symposia.agents.models.absent import Absent
    >>> async def utility(team, idle):
    ...     return float(team.names[0].endswith("1"))  # the second candidate is the better one
    >>> team = Team({"amber": Absent("pocket:base")})
    >>> candidates = Candidates(team, lambda vector, name: Absent(name), utility, "mix")
    >>> asyncio.run(candidates({(1.0,): None, (0.5,): None})), candidates.best.url
    ([0.0, 1.0], 'mix-1')
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
        """The scores of these vectors less their penalties, in their order.

        Each with the band in which it may stop early.
        """
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
