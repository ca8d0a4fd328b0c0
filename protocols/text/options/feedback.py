"""The options of text/feedback."""

from typing import Annotated

from pydantic import Field

from ....agents import Writer
from ....agents.errors import BadScenario
from ....agents.members import check_members
from ....agents.options import ProtocolOptions


class Options(ProtocolOptions):
    """The rounds, the reviewers of an answer, and the member that merges.

    >>> Options().check(("amber",))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/feedback: one member has nobody to review its answers. Name two at least.
    """

    rounds: int = Field(3, ge=2, le=100, description="Rounds of answers, the first one included.")
    reviewers: int = Field(3, ge=1, description="Reviewers of an answer, drawn anew each time; all others if fewer.")
    aggregator: Annotated[str, Writer] | None = Field(None, description="The member that merges; best on dev if null.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for an aggregator that is no member, `BadScenario` for a team of one."""
        check_members(members, (self.aggregator,))
        if len(members) < 2:
            raise BadScenario("text/feedback: one member has nobody to review its answers. Name two at least.")
        self.check_most("reviewers", len(members) - 1, "others", where="text/feedback")
