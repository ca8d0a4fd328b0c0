"""What a protocol's `prepare` may know of the task: scores on the dev split."""

from collections.abc import Awaitable, Callable, Sequence
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias, TypeVar

from .errors import BadScenario
from .message import Answer, Ask

if TYPE_CHECKING:
    from .team import Team

S = TypeVar("S")


class Graded(NamedTuple):
    """A dev answer and its score, higher is better. What failed has neither: an error is never a score.

    `question` is what was asked, `group` the slice of the dev split it belongs to, `parsed` the answer as
    the task reads it, `why` the reason where there is no score; where they are known.
    """

    answer: Answer | None
    score: float | None
    question: str = ""
    group: str | None = None
    parsed: str | None = None
    why: str | None = None


class ScoreBand(NamedTuple):
    """Scores that change nothing, both ends included: of a model whose score must be one no more is asked."""

    low: float = -inf
    high: float = inf


class PartialScore(NamedTuple):
    """What is known of a score when `asked` items had been asked: the least and the most it can be."""

    low: float
    high: float
    asked: int


def within(known: PartialScore, idle: ScoreBand | None) -> bool:
    """Whether all that a score can be changes nothing."""
    return idle is not None and idle.low <= known.low and known.high <= idle.high


def most(score: float | PartialScore) -> float:
    """A score, or the most that it can be."""
    return score.high if isinstance(score, PartialScore) else score


Answers: TypeAlias = "Callable[[Team[Any], Ask], Awaitable[Answer]]"
"""How a team answers: a protocol's `answer`, its options bound."""


class Objective(Protocol):
    """The dev split as a function. Answers of a model that was asked before are not asked for again.

    Several models may be scored at once, by `together` or `asyncio.gather`: the order in which they are
    named there is the order in which the trace names them.
    """

    @property
    def groups(self) -> Sequence[str | None]:
        """The slice that each dev item belongs to, in their order."""
        ...

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The least and the most an item can score; None where that is not known."""
        ...

    async def __call__(self, team: "Team[Any]") -> float:
        """The mean dev score of the team's only member, working alone."""
        ...

    async def score(self, team: "Team[Any]", answer: "Answers", *, name: str) -> float:
        """The mean dev score of a team that answers in this way. `name` is what the trace calls it."""
        ...

    async def graded(self, team: "Team[Any]", count: int | None = None) -> Sequence[Graded]:
        """Its answers and their scores, in the order of the dev items; the first `count` only, or all."""
        ...

    @property
    def questions(self) -> Sequence[Ask]:
        """The dev questions, as they are asked."""
        ...

    async def grade(self, position: int, text: str) -> float | None:
        """The score that a text would have as the answer to the dev question at this position; None if unscored."""
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
    """The setting with the best dev score, ties to the first, and the scores of all, which are found one by one."""
    scores = [await score(setting) for setting in settings]
    return settings[scores.index(max(scores))], tuple(scores)
