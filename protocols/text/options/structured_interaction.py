"""The options of text/structured_interaction."""

from typing import Annotated

from pydantic import Field

from ....agents import Writer
from ....agents.members import check_members
from ....agents.options import ProtocolOptions


class Options(ProtocolOptions):
    """The rounds, and the node whose answer counts.

    >>> Options().rounds
    3
    """

    rounds: int = Field(3, ge=1, le=100, description="Rounds of answers, the first one included.")
    prune: bool = Field(True, description="Do not ask nodes whose words cannot reach the answering node any more.")
    aggregator: Annotated[str, Writer] | None = Field(None, description="The answering node; the best on dev if null.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for an answering node that is no member."""
        check_members(members, (self.aggregator,))
