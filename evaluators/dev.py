"""The dev split as the objective of a protocol's `prepare`."""

import asyncio
import weakref
from collections.abc import Callable, Sequence
from statistics import fmean
from typing import Any, NamedTuple, TypeAlias

from ..agents import Answer, Ask, Team
from ..agents.errors import BadData
from ..agents.objective import Graded
from .run import Evaluator, alone
from .sample import Sample
from .task import Item

Asked: TypeAlias = list[tuple[Answer | None, Sample]]


class Known(NamedTuple):
    """A model, as long as someone else keeps it, and what it says on dev: at work, or done."""

    model: Callable[[], object]
    asked: asyncio.Task[Asked]


class Dev:
    """Scores of single models on the dev items, each model asked once.

    Members are told apart by the model itself, so a model that was asked as one member of a team is not
    asked again as another's. Models that are asked at the same time are named in the order of the calls. A
    model is not kept alive for having been asked. What could not be scored is left out of the mean.
    """

    def __init__(self, evaluator: Evaluator, items: Sequence[Item]) -> None:
        self.evaluator = evaluator
        self.items = items
        self._known: dict[int, Known] = {}
        self._stages = 0

    async def samples(self, team: Team[Any]) -> list[Sample]:
        """One sample for each dev item, by the team's only member."""
        return [sample for _, sample in await self._asked(team)]

    async def graded(self, team: Team[Any]) -> Sequence[Graded]:
        """Answers and scores in the order of the dev items."""
        asked = await self._asked(team)
        return [Graded(said, sample.score, sample.question, sample.group) for said, sample in asked]

    async def __call__(self, team: Team[Any]) -> float:
        """The mean score of the team's only member. Raises `BadData` if nothing could be scored."""
        samples = await self.samples(team)
        scores = [sample.score for sample in samples if sample.score is not None]
        if not scores:
            raise BadData(f"dev: none of {team.names[0]}'s {len(samples)} answers could be scored. {samples[0].why}")
        return fmean(scores)

    @property
    def questions(self) -> list[Ask]:
        """The dev questions, as they are asked."""
        return [item.ask() for item in self.items]

    def grade(self, position: int, text: str) -> float:
        """The score that a text would have as the answer to the dev question at this position."""
        return self.evaluator.task.grade(self.items[position], text)

    async def rank(self, team: Team[Any]) -> list[str]:
        """The names of a team's members, best first; ties keep the team's order."""
        scores = {name: await self(team.only([name])) for name in team}
        return sorted(team, key=lambda name: -scores[name])

    async def _asked(self, team: Team[Any]) -> Asked:
        (name, model), *others = team.models.items()
        if others:
            raise BadData(f"dev: a team of {len(team)} has no score of its own. Ask for one member: team.only([name]).")
        known = self._known.get(id(model))
        if known is None or known.model() is not model or failed(known.asked):
            stage = f"dev/{self._stages}-{name}"
            self._stages += 1
            asked = asyncio.ensure_future(self.evaluator.graded(team, alone, self.items, stage=stage))
            known = self._known[id(model)] = Known(reference(model), asked)
        return await known.asked


def failed(asked: asyncio.Task[Asked]) -> bool:
    """Whether there will be no answers."""
    return asked.done() and (asked.cancelled() or asked.exception() is not None)


def reference(model: object) -> Callable[[], object]:
    """A weak reference where the model allows one: a search makes many models and keeps few."""
    try:
        return weakref.ref(model)
    except TypeError:
        return lambda: model
