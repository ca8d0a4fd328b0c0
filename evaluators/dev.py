"""The dev split as the objective of a protocol's `prepare`."""

from collections.abc import Sequence
from statistics import fmean
from typing import Any

from ..agents import Answer, Team
from ..agents.errors import BadData
from ..agents.objective import Graded
from .run import Evaluator, alone
from .sample import Sample
from .task import Item


class Dev:
    """Scores of single models on the dev items, each model asked once.

    Members are told apart by the model itself, so a model that was asked as one member of a team is not
    asked again as another's. What could not be scored is left out of the mean.
    """

    def __init__(self, evaluator: Evaluator, items: Sequence[Item]) -> None:
        self.evaluator = evaluator
        self.items = items
        self._known: dict[int, tuple[object, list[tuple[Answer | None, Sample]]]] = {}

    async def samples(self, team: Team[Any]) -> list[Sample]:
        """One sample for each dev item, by the team's only member."""
        return [sample for _, sample in await self._asked(team)]

    async def graded(self, team: Team[Any]) -> Sequence[Graded]:
        """Answers and scores in the order of the dev items."""
        return [Graded(said, sample.score) for said, sample in await self._asked(team)]

    async def __call__(self, team: Team[Any]) -> float:
        """The mean score of the team's only member. Raises `BadData` if nothing could be scored."""
        samples = await self.samples(team)
        scores = [sample.score for sample in samples if sample.score is not None]
        if not scores:
            raise BadData(f"dev: none of {team.names[0]}'s {len(samples)} answers could be scored. {samples[0].why}")
        return fmean(scores)

    async def rank(self, team: Team[Any]) -> list[str]:
        """The names of a team's members, best first; ties keep the team's order."""
        scores = {name: await self(team.only([name])) for name in team}
        return sorted(team, key=lambda name: -scores[name])

    async def _asked(self, team: Team[Any]) -> list[tuple[Answer | None, Sample]]:
        (name, model), *others = team.models.items()
        if others:
            raise BadData(f"dev: a team of {len(team)} has no score of its own. Ask for one member: team.only([name]).")
        if id(model) not in self._known:
            stage = f"dev/{len(self._known)}-{name}"
            self._known[id(model)] = model, await self.evaluator.graded(team, alone, self.items, stage=stage)
        return self._known[id(model)][1]
