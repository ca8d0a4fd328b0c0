"""Scores of a conversation: what each metric of a multiturn-aware reward says of one future.

A metric is a grader by name (`accuracy`, `interactivity`, `bleu`, one of yours), `task`, the task's own grading of the
assistant's last message, or `amount`, how much was said. A score that could not be taken is None, never zero.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from pydantic import Field

from ...agents import Answer, Team
from ...agents.continued import Concluded
from ...agents.errors import BadScenario
from ...agents.frozen import Frozen
from ..evaluator import QUESTION_FAILS
from ..grading import Grader, find, grader_of, judge_named
from ..judging.talk import extracted
from ..task import Item, Task
from .amount import Amount
from .futures import Future

Scores: TypeAlias = Mapping[str, float | None]
Score: TypeAlias = Callable[[Item, Future, str], Awaitable[Scores]]
"""Scores a future of an item, by metric; its calls are at this place in the run."""

AMOUNT: Final = "amount"
TASK: Final = "task"


class Metric(Frozen):
    """A metric with its weight in the reward; `extract` names what a judge first extracts from the conversation.

    >>> Metric(use="amount", weight=-0.5).named
    'amount'
    """

    use: str = Field(description="task, amount, or a grader by name.")
    weight: float = Field(1.0, allow_inf_nan=False, description="Its weight in the reward.")
    options: Mapping[str, Any] = Field({}, description="The options of the grader, or of the amount.")
    extract: str = Field("", description="What a judge extracts first, such as document; nothing if empty.")

    @property
    def named(self) -> str:
        """Its name in results: `document->bleu` with something extracted, as CollabLLM writes it."""
        return f"{self.extract}->{self.use}" if self.extract else self.use


@dataclass(frozen=True)
class Metrics:
    """Scores futures by metrics; each extraction is asked for once a conversation, however many metrics read it.

    >>> Metrics((Metric(use="amount", weight=-0.5),)).weights
    {'amount': -0.5}
    """

    metrics: Sequence[Metric]
    task: Task | None = None
    judges: Team[Any] | None = None

    def __post_init__(self) -> None:
        """Raise `BadScenario` for no metric or two of one name, `UnknownName` for a grader that there is not."""
        names = [metric.named for metric in self.metrics]
        if not names or len(set(names)) < len(names):
            raise BadScenario(f"metrics: {', '.join(names) or 'none'}. Name one at least, each once.")
        object.__setattr__(self, "_graders", {metric.named: self._grader(metric) for metric in self.metrics})

    @property
    def weights(self) -> dict[str, float]:
        """The weights by metric."""
        return {metric.named: metric.weight for metric in self.metrics}

    async def __call__(self, item: Item, future: Future, place: str) -> Scores:
        """The scores of a future by metric; None for one that could not be taken."""
        judges = None if self.judges is None else self.judges.at(f"{place}/grade")
        try:
            texts = await self._extracted(item, future, judges)
            return {metric.named: await self._score(metric, item, future, judges, texts) for metric in self.metrics}
        finally:
            if judges is not None:
                await judges.close()

    async def _extracted(self, item: Item, future: Future, judges: Team[Any] | None) -> dict[str, str | None]:
        """The texts that are extracted from a conversation, by name; None where the judge finds none."""
        found: dict[str, str | None] = {}
        for what in dict.fromkeys(metric.extract for metric in self.metrics if metric.extract):
            team, judge = judge_named(judges, None, where=f"extract: {what}")
            try:
                found[what] = await extracted(team, judge, item, concluded(future), what=what)
            except QUESTION_FAILS:
                found[what] = None
        return found

    async def _score(
        self,
        metric: Metric,
        item: Item,
        future: Future,
        judges: Team[Any] | None,
        texts: Mapping[str, str | None],
    ) -> float | None:
        grader: Grader | Amount = self._graders[metric.named]  # type: ignore[attr-defined]
        if isinstance(grader, Amount):
            return grader.of(future.turns, future.response)
        text = texts[metric.extract] if metric.extract else None
        if metric.extract and text is None:
            return None
        try:
            return (await grader(item, concluded(future, text), judges)).score
        except QUESTION_FAILS:
            return None

    def _grader(self, metric: Metric) -> Grader | Amount:
        if metric.use == AMOUNT:
            return Amount.model_validate(dict(metric.options))
        if metric.use != TASK:
            return grader_of(find(metric.use, where="metrics"), metric.options)
        if self.task is None:
            raise BadScenario("metrics: task, and there is no task. Name a grader.")
        return grader_of(self.task, metric.options)


def concluded(future: Future, text: str | None = None) -> Answer:
    """The conversation as a grader reads it: the assistant's last message, or the extracted text, as its answer."""
    said = next(turn.text for turn in reversed(future.turns) if turn.role == "assistant")
    return Concluded(text=said if text is None else text, conversation=future.turns)
