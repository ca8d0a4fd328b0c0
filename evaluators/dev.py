"""The dev split as the objective of a protocol's `prepare`."""

import asyncio
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from ..agents import Answer, Ask, Team
from ..agents.collective import Collective
from ..agents.errors import BadData
from ..agents.objective import Graded
from .evaluator import AnswerBy, Evaluator, alone
from .grading import range_of
from .sample import Sample
from .task import Item


@dataclass
class CachedAnswers:
    """What a model says on dev as far as it was asked, from the first item on; as long as someone keeps the model."""

    model: Callable[[], object]
    stage: str
    said: list[tuple[Answer | None, Sample]] = field(default_factory=list)
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)
    broken: bool = False


class Dev:
    """Scores of single models on the dev items, each model asked once.

    Members are told apart by the model itself, so a model that was asked as one member of a team is not
    asked again as another's; one that was asked some of the items is asked the others when they are wanted.
    Models that are asked at the same time are named in the order of the calls. A model is not kept alive for
    having been asked. What could not be scored is left out of the mean. `stage` names them in the trace.
    """

    def __init__(self, evaluator: Evaluator, items: Sequence[Item], stage: str = "dev") -> None:
        self.bounds: tuple[float, float] | None = range_of(evaluator.grade)
        self.evaluator = evaluator
        self.items = items
        self.stage = stage
        self._known: dict[int, CachedAnswers] = {}
        self._stages = 0
        self._grades = 0

    @property
    def groups(self) -> Sequence[str | None]:
        """The slice that each item belongs to."""
        return [item.group for item in self.items]

    async def samples(self, team: Team[Any]) -> list[Sample]:
        """One sample for each dev item, by the team's only member."""
        return [sample for _, sample in await self._asked(team, len(self.items))]

    async def score(self, team: Team[Any], answer: AnswerBy, *, name: str) -> float:
        """The mean dev score of a team that answers in this way; `name` is what the trace calls it."""
        return await self(team.with_models({name: Collective(team, answer)}))

    async def graded(self, team: Team[Any], count: int | None = None) -> Sequence[Graded]:
        """Answers and scores in the order of the dev items; of the first `count`, or of all."""
        asked = await self._asked(team, len(self.items) if count is None else count)
        return [Graded(said, one.score, one.question, one.group, one.parsed, one.why) for said, one in asked]

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

    async def grade(self, position: int, text: str) -> float | None:
        """The score that a text would have as the answer to the dev question at this position; None if unscored."""
        place = f"{self.stage}/grade-{self._grades}"
        self._grades += 1
        grade, _ = await self.evaluator.judged(self.items[position], Answer(text=text), place)
        return grade.score

    async def rank(self, team: Team[Any]) -> list[str]:
        """The names of a team's members, best first; ties keep the team's order."""
        scores = {name: await self(team.only([name])) for name in team}
        return sorted(team, key=lambda name: -scores[name])

    async def _asked(self, team: Team[Any], count: int) -> list[tuple[Answer | None, Sample]]:
        while True:
            known = self._of(team)
            async with known.asking:
                if not known.broken:
                    return (await self._continued(known, team, count))[:count]

    def _of(self, team: Team[Any]) -> CachedAnswers:
        """What is known of the team's only member."""
        (name, model), *others = team.models.items()
        if others:
            raise BadData(f"dev: a team of {len(team)} has no score of its own. Ask for one member: team.only([name]).")
        known = self._known.get(id(model))
        if known is None or known.model() is not model or known.broken:
            known = self._known[id(model)] = CachedAnswers(reference(model), f"{self.stage}/{self._stages}-{name}")
            self._stages += 1
        return known

    async def _continued(self, known: CachedAnswers, team: Team[Any], count: int) -> list[tuple[Answer | None, Sample]]:
        """What it says on that many items or more; those it was not asked yet are asked now."""
        start = len(known.said)
        if start < count:
            items = self.items[start:count]
            try:
                known.said += await self.evaluator.graded(team, alone, items, stage=known.stage, first=start)
            except BaseException:
                known.broken = True  # some of these items were asked: the next to want them starts anew
                raise
        return known.said


def reference(model: object) -> Callable[[], object]:
    """A weak reference where the model allows one: a search makes many models and keeps few."""
    try:
        return weakref.ref(model)
    except TypeError:
        return lambda: model
