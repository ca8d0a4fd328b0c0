"""The options of text/best_of_n."""

from typing import Annotated, Literal

from pydantic import Field

from ....agents import Writer
from ....agents.errors import BadScenario
from ....agents.members import check_members
from ....agents.models.base import Scorer
from ....agents.options import ProtocolOptions


class Options(ProtocolOptions):
    """The member that answers, its samples, and the rater.

    >>> Options(reward="amber", judge="amber").check(("amber",))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/best_of_n: a reward model and a judge. Name one of them.
    """

    samples: int = Field(8, ge=1, le=1000, description="Answers of the member.")
    temperature: float = Field(0.7, gt=0, description="The temperature of every answer.")
    member: Annotated[str, Writer] | None = Field(None, description="The member that answers; the first other if null.")
    judge: Annotated[str, Writer] | None = Field(None, description="The member that rates from 1 to 10.")
    reward: Annotated[str, Scorer] | None = Field(None, description="The member that is a reward model.")
    pick: Literal["best", "weighted"] = Field("best", description="The best answer, or the best sum of equal ones.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for roles of non-members, `BadScenario` for roles that do not fit together."""
        check_members(members, (self.member, self.judge, self.reward))
        if self.judge and self.reward:
            raise BadScenario("text/best_of_n: a reward model and a judge. Name one of them.")
        if self.member is None and set(members) <= {self.judge, self.reward}:
            raise BadScenario(f"text/best_of_n: {self.judge or self.reward} rates, and nobody answers. Name a member.")
        if self.reward and self.pick == "weighted":
            raise BadScenario("text/best_of_n: raw rewards may be negative, their sums say nothing. Use pick: best.")
