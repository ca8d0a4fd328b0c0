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
    """The answers of a model to the first dev items, as many as were asked; `model` is a weak reference.

    >>> from symposia.agents.models.scripted import Scripted
    >>> amber = Scripted("four")
    >>> CachedAnswers(reference(amber), "dev/0-amber").model() is amber
    True
    """

    model: Callable[[], object]
    stage: str
    said: list[tuple[Answer | None, Sample]] = field(default_factory=list)
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)
    broken: bool = False


class Dev:
    """Scores of single models on the dev items; their answers are cached.

    The cache is by model, not by name: a model is asked each item once, whatever team it is in. It holds models by weak
    references. Models that are asked concurrently are numbered in the trace in the order of the calls, below `stage`.
    Unscored answers are left out of the mean.

    >>> import asyncio
    >>> from symposia.agents.models.scripted import Scripted
    >>> from symposia.evaluators.tasks import pocket
    >>> items = pocket.load(split="dev", limit=1)
    >>> team = Team({"amber": Scripted("not this"), "blue": Scripted(items[0].gold)})
    >>> asyncio.run(Dev(Evaluator(pocket), items).rank(team))
    ['blue', 'amber']
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
        """The slice of each item, in order."""
        return [item.group for item in self.items]

    async def samples(self, team: Team[Any]) -> list[Sample]:
        """One sample for each dev item, by the team's only member."""
        return [sample for _, sample in await self._asked(team, len(self.items))]

    async def score(self, team: Team[Any], answer: AnswerBy, *, name: str) -> float:
        """The mean dev score of a team that answers by this protocol; `name` names it in the trace."""
        return await self(team.with_models({name: Collective(team, answer)}))

    async def graded(self, team: Team[Any], count: int | None = None) -> Sequence[Graded]:
        """Answers and scores in the order of the dev items; the first `count`, or all."""
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
        """The score of a text as the answer to the dev question at this position; None if unscored."""
        place = f"{self.stage}/grade-{self._grades}"
        self._grades += 1
        grade, _ = await self.evaluator.judged(self.items[position], Answer(text=text), place)
        return grade.score

    async def gold(self, position: int) -> str | None:
        """The right answer to the dev question at this position, if it is a text that the task grades best."""
        known = self.items[position].gold
        text = known[0] if isinstance(known, (list, tuple)) and known else known
        best = 1.0 if self.bounds is None else self.bounds[1]
        return text if isinstance(text, str) and await self.grade(position, text) == best else None

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
        """The cached answers of the team's only member. Raises `BadData` for several members."""
        (name, model), *others = team.models.items()
        if others:
            raise BadData(f"dev: a team of {len(team)} has no score of its own. Ask for one member: team.only([name]).")
        known = self._known.get(id(model))
        if known is None or known.model() is not model or known.broken:
            known = self._known[id(model)] = CachedAnswers(reference(model), f"{self.stage}/{self._stages}-{name}")
            self._stages += 1
        return known

    async def _continued(self, known: CachedAnswers, team: Team[Any], count: int) -> list[tuple[Answer | None, Sample]]:
        """The answers to the first `count` items or more; missing ones are asked now."""
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
    """A weak reference where the model's class allows one, so that a search can discard models."""
    try:
        return weakref.ref(model)
    except TypeError:
        return lambda: model
