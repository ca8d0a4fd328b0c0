"""The options of api/mentor_collab."""

from typing import Literal

from pydantic import Field

from ....agents import Stepper, Team
from ....agents.errors import BadScenario
from ....agents.members import check_members
from ....agents.options import ProtocolOptions
from ..decoding.mentor_collab import Mentor

JudgeBy = Literal["letters", "head", "better"]


class Options(ProtocolOptions):
    """The roles of members, the rate of consultations, and the judge of drafts.

    >>> Options(consult=25).check(("small", "large"))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: api/mentor_collab.consult: 25.0 is not a probability. Use 0 to 1, ...
    """

    generator: str | None = Field(None, description="The member that writes and judges, by default the first.")
    mentor: str | None = Field(None, description="The member that is asked, by default the last.")
    consult: float = Field(0.25, description="The probability of asking at a word.")
    patch: int = Field(16, description="Tokens of a draft.")
    orders: int = Field(2, description="The number of orders in which two drafts are judged: 1 or 2.")
    judge: JudgeBy = Field("letters", description="By letters, by a head fitted on dev, or by the better of both.")
    threshold: float = Field(0.5, ge=0, le=1, description="The head's probability from which the own draft is kept.")
    width: int = Field(0, ge=0, description="Width of the head's hidden layer; 0 is a linear head.")
    forks: int = Field(4, ge=1, description="The most positions of a dev question that the head is fitted to.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for names of non-members, `BadScenario` for numbers out of range."""
        check_members(members, (self.generator, self.mentor))
        if not 0 <= self.consult <= 1:
            raise BadScenario(
                f"api/mentor_collab.consult: {self.consult} is not a probability. Use 0 to 1, 0.25 for 25 percent."
            )
        if self.patch < 1:
            raise BadScenario(f"api/mentor_collab.patch: drafts of {self.patch} tokens. Use 1 or more.")
        if self.orders not in (1, 2):
            raise BadScenario(f"api/mentor_collab.orders: {self.orders} orders of two drafts. Use 1 or 2.")

    def method(self, team: Team[Stepper], **changes: object) -> Mentor:
        """The decoding method of these options."""
        both = Mentor(
            generator=team.named(self.generator, default=team.names[0]),
            mentor=team.named(self.mentor, default=team.names[-1]),
            patch=self.patch,
            orders=self.orders,
        )
        return both.model_copy(update=changes)
