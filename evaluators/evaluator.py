"""Evaluates a team on the items of a task: concurrent over questions, with samples independent of scheduling."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, Final, TypeAlias

from ..agents import Answer, Ask, Team
from ..agents.accounting import Usage
from ..agents.errors import AgentFailed, BudgetSpent, CallFailed, DeadlineExceeded, PromptTooLong, SymposiaError
from ..agents.final import finish
from ..agents.message import Stop
from . import turns
from .grading import Grade, Grader, grader_of
from .sample import Sample
from .samples import Samples
from .task import Item, Task

AnswerBy: TypeAlias = Callable[[Team[Any], Ask], Awaitable[Answer]]
Progress: TypeAlias = Callable[[str, Sample], None]
Keep: TypeAlias = Callable[[int, Answer | None, Sample], None]
"""Takes the place of an item, the answer to it, None for a failed one, and its sample."""

QUESTION_FAILS: Final = (AgentFailed, BudgetSpent, CallFailed, DeadlineExceeded, PromptTooLong)
"""Errors that concern one question: it is unscored and the others go on. Any other ends the run."""


async def alone(team: Team[Any], question: Ask) -> Answer:
    """The protocol of a single model: the team's first member answers."""
    return await finish(team, team.names[0], question)


def unwatched(stage: str, sample: Sample) -> None:
    """Progress reporting that does nothing."""


def announce(progress: Progress, stage: str, count: int) -> None:
    """Tell a `progress` that has `expect` how many more samples of a stage there will be."""
    expect = getattr(progress, "expect", None)
    if expect is not None:
        expect(stage, count)


@dataclass(frozen=True)
class Evaluator:
    """Evaluates teams on a task, with at most `concurrency` open questions; `progress` is called with each sample.

    `grader` replaces the task's own grading; `judges` is the team that a grader may ask. `judging` is the judges' usage
    so far, by the first word of the stage.

    >>> import asyncio
    >>> from symposia.agents.models.scripted import Scripted
    >>> from symposia.evaluators.tasks import pocket
    >>> items = pocket.load(split="test", limit=1)
    >>> team = Team({"amber": Scripted(items[0].gold)})
    >>> [sample.score for sample in asyncio.run(Evaluator(pocket)(team, alone, items, stage="test"))]
    [1.0]
    """

    task: Task
    concurrency: int = 32
    progress: Progress = unwatched
    grader: Grader | None = None
    judges: Team[Any] | None = None
    judging: dict[str, Usage] = field(default_factory=dict, compare=False)

    @cached_property
    def grade(self) -> Grader:
        """The function that grades an answer to an item."""
        return self.grader or grader_of(self.task)

    async def __call__(
        self, team: Team[Any], answer: AnswerBy, items: Sequence[Item], *, stage: str
    ) -> Sequence[Sample]:
        """One sample for each item, in the order of items. `stage` names the evaluation in the trace."""
        samples = Samples(len(items))
        await self._each(team, answer, items, stage, lambda place, _, sample: samples.put(place, sample))
        return samples

    async def graded(
        self, team: Team[Any], answer: AnswerBy, items: Sequence[Item], *, stage: str, first: int = 0
    ) -> list[tuple[Answer | None, Sample]]:
        """Samples with their answers, None for a failed one. `first` is the position of the first item."""
        found: dict[int, tuple[Answer | None, Sample]] = {}

        def keep(place: int, said: Answer | None, sample: Sample) -> None:
            found[place] = said, sample

        await self._each(team, answer, items, stage, keep, first)
        return [found[place] for place in range(len(items))]

    async def _each(  # noqa: PLR0913 - all that an evaluation is of
        self,
        team: Team[Any],
        answer: AnswerBy,
        items: Sequence[Item],
        stage: str,
        keep: Keep,
        first: int = 0,
    ) -> None:
        """Answer and grade every item, `concurrency` of them at the same time; what comes of each is kept at once."""
        announce(self.progress, stage, len(items))
        left = iter(enumerate(items))

        async def work() -> None:
            for place, item in left:
                said, sample = await self._one(team, answer, item, f"{stage}/{first + place}")
                keep(place, said, sample)
                self.progress(stage, sample)

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(self.concurrency, len(items))):
                    group.create_task(work())
        except BaseExceptionGroup as failed:
            raise first_cause(failed) from None

    async def judged(self, item: Item, answer: Answer, place: str) -> tuple[Grade, Usage | None]:
        """The grade of an answer, and the judges' usage. `place` is the place of their calls in the run.

        A judge that fails at this answer leaves it unscored.
        """
        judges = None if self.judges is None else self.judges.at(f"{place}/grade")
        try:
            grade = await self.grade(item, answer, judges)
        except QUESTION_FAILS as error:
            grade = Grade.unscored(f"judging failed: {error}", reason="judge_failed")
        finally:
            if judges is not None:
                await judges.close()
        if judges is None or not judges.spent.calls:
            return grade, None
        stage = place.split("/")[0]
        self.judging[stage] = self.judging.get(stage, Usage()) + judges.spent
        return grade, judges.spent

    async def _one(self, team: Team[Any], answer: AnswerBy, item: Item, place: str) -> tuple[Answer | None, Sample]:
        before: list[Answer] = []
        usage, seconds = Usage(), 0.0
        for turn in range(1 + len(item.further)):
            here = team.at(turns.place_of(place, turn), read=partial(self.task.read, item))
            said, why, stop = await asked(here, answer, turns.asked(item, before))
            usage, seconds = usage + here.spent, seconds + here.seconds
            if said is None or why is not None or turn == len(item.further):
                break
            before.append(said)
        parsed, judging = None, None
        if said is None or why is not None:
            grade = Grade.unscored(why or "no answer")
        else:
            grade, judging = await self._graded(item, [*before, said], place)
            parsed = self.task.read(item, said.text) if grade.parsed is None else grade.parsed
        sample = Sample(
            id=item.id,
            question=item.question,
            gold=item.gold,
            output=said.text if said else "",
            parsed=parsed,
            score=grade.score,
            why=grade.why,
            reason=grade.reason,
            stop=stop,
            usage=usage,
            seconds=seconds,
            group=item.group,
            cluster=item.cluster,
            parts=grade.parts,
            verdict=grade.verdict,
            judging=judging,
            earlier=tuple(one.text for one in before),
        )
        return said, sample

    async def _graded(self, item: Item, answers: Sequence[Answer], place: str) -> tuple[Grade, Usage | None]:
        """The grade of the answers to all turns of a question."""
        found = [
            await self.judged(turns.turn_of(item, answers[:turn]), said, turns.place_of(place, turn))
            for turn, said in enumerate(answers)
        ]
        return turns.combined([grade for grade, _ in found]), turns.total([usage for _, usage in found])


async def asked(team: Team[Any], answer: AnswerBy, question: Ask) -> tuple[Answer | None, str | None, Stop]:
    """The answer to one turn, why it cannot be graded (None if it can), and how it ended. Closes the team's agents."""
    try:
        said = await answer(team, question)
    except QUESTION_FAILS as error:
        return None, str(error), "budget" if isinstance(error, BudgetSpent) else "failed"
    finally:
        await team.close()
    if said.finish == "refused":
        return said, f"{team.question}: the model refused to answer.", "refused"
    return said, None, team.stopped


def first_cause(failed: BaseExceptionGroup) -> BaseException:
    """The first error in a group; a `SymposiaError` if there is any, since it says how to fix it."""
    leaves: list[BaseException] = []
    for error in failed.exceptions:
        leaves.append(first_cause(error) if isinstance(error, BaseExceptionGroup) else error)
    return next((error for error in leaves if isinstance(error, SymposiaError)), leaves[0])
