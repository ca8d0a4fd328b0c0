"""Dev splits that score a model by its parameters."""

from collections.abc import Sequence
from typing import Any

import torch
from symposia.agents import Answer, Team
from symposia.agents.models.base import Vocabulary
from symposia.agents.objective import Graded


def flat(model: Any) -> torch.Tensor:
    return torch.cat([tensor.flatten() for tensor in model.parameters.values()])


class Nearness:
    """Scores a model by how near its parameters are to a target; knows who was asked."""

    groups = ("sums",)
    bounds = None

    def __init__(self, target: torch.Tensor) -> None:
        self.target = target
        self.asked: list[str] = []

    async def __call__(self, team: Team[Any]) -> float:
        ((name, model),) = team.models.items()
        self.asked.append(name)
        return -float((flat(model) - self.target).abs().mean())

    async def rank(self, team: Team[Any]) -> list[str]:
        scores = {name: await self(team.only([name])) for name in team}
        return sorted(team, key=lambda name: -scores[name])

    async def graded(self, team: Team[Any], count: int | None = None) -> Sequence[Graded]:
        return [Graded(Answer(text="4"), await self(team), "2 + 2?", "sums")]


def toward(models: dict[str, Any], **shares: float) -> Nearness:
    target: Any = sum(flat(models[name]) * share for name, share in shares.items())
    return Nearness(target)


async def distance(model: Any, target: torch.Tensor) -> float:
    return float((flat(model) - target).abs().mean())


class Number:
    """A model of one parameter, so that a soup can be followed by hand."""

    vocabulary = Vocabulary("", 0, ())

    def __init__(self, value: float) -> None:
        self.parameters = {"x": torch.tensor([value], dtype=torch.float64)}

    def with_parameters(self, parameters: Any, *, name: str) -> "Number":
        return Number(float(parameters["x"]))


class Utility(Nearness):
    """Scores a number by a function, and keeps what it was asked."""

    def __init__(self, score: Any) -> None:
        super().__init__(torch.zeros(1))
        self.score = score
        self.scored: dict[float, float] = {}

    async def __call__(self, team: Team[Any]) -> float:
        (model,) = team.models.values()
        value = float(flat(model))
        self.scored[round(value, 6)] = self.score(value)
        return float(self.score(value))
