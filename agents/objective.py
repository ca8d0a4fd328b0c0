"""What a protocol's `prepare` may know of the task: scores on the dev split."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from .message import Answer, Ask

if TYPE_CHECKING:
    from .team import Team


class Graded(NamedTuple):
    """A dev answer and its score, higher is better. What failed has neither: an error is never a score.

    `question` is what was asked, `group` the slice of the dev split it belongs to, where they are known.
    """

    answer: Answer | None
    score: float | None
    question: str = ""
    group: str | None = None


class Objective(Protocol):
    """The dev split as a function. Answers of a model that was asked before are not asked for again.

    Several models may be scored at once, by `together` or `asyncio.gather`: the order in which they are
    named there is the order in which the trace names them.
    """

    async def __call__(self, team: "Team[Any]") -> float:
        """The mean dev score of the team's only member, working alone."""
        ...

    async def graded(self, team: "Team[Any]") -> Sequence[Graded]:
        """Its answers and their scores, in the order of the dev items."""
        ...

    @property
    def questions(self) -> Sequence[Ask]:
        """The dev questions, as they are asked."""
        ...

    def grade(self, position: int, text: str) -> float:
        """The score that a text would have as the answer to the dev question at this position. Asks no model."""
        ...

    async def rank(self, team: "Team[Any]") -> list[str]:
        """The names of a team's members, best dev score first; ties keep the team's order."""
        ...
