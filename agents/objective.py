"""The objective that a protocol's `prepare` is given: scores on the dev split of the task."""

from collections.abc import Awaitable, Callable, Sequence
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias, TypeVar

from .errors import BadScenario
from .message import Answer, Ask

if TYPE_CHECKING:
    from .team import Team

S = TypeVar("S")


class Graded(NamedTuple):
    """A dev answer and its score, higher is better; both None for a failed call, which never counts as a score.

    `question` is the text of the question, `group` its slice of the dev split, `parsed` the answer that the task
    read, `why` the reason for a missing score; where they are known.

    >>> Graded(Answer(text="ANSWER: B"), 1.0, parsed="B").score
    1.0
    """

    answer: Answer | None
    score: float | None
    question: str = ""
    group: str | None = None
    parsed: str | None = None
    why: str | None = None


class ScoreBand(NamedTuple):
    """An interval of scores that leave the decision unchanged; evaluation stops once a score must fall in it.

    >>> within(PartialScore(0.1, 0.4, asked=8), ScoreBand(high=0.5))
    True
    """

    low: float = -inf
    high: float = inf


class PartialScore(NamedTuple):
    """The bounds of a mean score after `asked` items.

    >>> most(PartialScore(0.1, 0.4, asked=8))
    0.4
    """

    low: float
    high: float
    asked: int


def within(known: PartialScore, idle: ScoreBand | None) -> bool:
    """True if a score must fall in a band, whatever the remaining items score."""
    return idle is not None and idle.low <= known.low and known.high <= idle.high


def most(score: float | PartialScore) -> float:
    """A score, or its upper bound."""
    return score.high if isinstance(score, PartialScore) else score


Answers: TypeAlias = "Callable[[Team[Any], Ask], Awaitable[Answer]]"
"""A protocol's `answer` with its options bound."""


class Objective(Protocol):
    """The dev split as a function. Answers of a model are cached.

    Several models may be scored concurrently, by `concurrency.gather` or `asyncio.gather`; the trace numbers them in
    the order in which they are passed.
    """

    @property
    def groups(self) -> Sequence[str | None]:
        """The slice of each dev item, in order."""
        ...

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The range of an item's score; None where it is unknown."""
        ...

    async def __call__(self, team: "Team[Any]") -> float:
        """The mean dev score of the team's only member, working alone."""
        ...

    async def score(self, team: "Team[Any]", answer: "Answers", *, name: str) -> float:
        """The mean dev score of a team that answers by this protocol; `name` names it in the trace."""
        ...

    async def graded(self, team: "Team[Any]", count: int | None = None) -> Sequence[Graded]:
        """Answers and scores of the team's only member, in the order of the dev items; the first `count`, or all."""
        ...

    @property
    def questions(self) -> Sequence[Ask]:
        """The dev questions, as they are asked."""
        ...

    async def grade(self, position: int, text: str) -> float | None:
        """The score of a text as the answer to the dev question at this position; None if unscored."""
        ...

    async def gold(self, position: int) -> str | None:
        """The right answer to the dev question at this position, in the form of an answer; None where none is known."""
        ...

    async def rank(self, team: "Team[Any]") -> list[str]:
        """The names of a team's members, best dev score first; ties keep the team's order."""
        ...


def required(dev: Objective | None, message: str) -> Objective:
    """The dev split. Raises `BadScenario` with this message where there is none."""
    if dev is None:
        raise BadScenario(message)
    return dev


async def best_of(settings: Sequence[S], score: Callable[[S], Awaitable[float]]) -> tuple[S, tuple[float, ...]]:
    """The setting with the best dev score, ties to the first, and all scores; settings are scored in turn."""
    scores = [await score(setting) for setting in settings]
    return settings[scores.index(max(scores))], tuple(scores)
