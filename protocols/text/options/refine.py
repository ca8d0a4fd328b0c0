"""The options of text/refine."""

from typing import Annotated

from pydantic import Field

from ....agents import Writer
from ....agents.members import check_members
from ....agents.options import ProtocolOptions


class Options(ProtocolOptions):
    """The rounds, and the member that merges.

    >>> Options.given({"rounds": 1}, where="text/refine")
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/refine.rounds: input should be greater than or equal to 2, not 1.
    """

    rounds: int = Field(3, ge=2, le=100, description="Rounds of answers, the first one included.")
    until_consensus: bool = Field(False, description="Stop once all agree.")
    aggregator: Annotated[str, Writer] | None = Field(None, description="The member that merges; best on dev if null.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for an aggregator that is no member."""
        check_members(members, (self.aggregator,))
