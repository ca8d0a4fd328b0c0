"""The options of text/agg_lm."""

from typing import Annotated, Literal

from pydantic import Field

from ....agents import Writer
from ....agents.errors import BadScenario
from ....agents.members import check_members
from ....agents.options import ProtocolOptions


class Options(ProtocolOptions):
    """The aggregator and the attempts that it reads.

    >>> Options(aggregator="amber").check(("amber",))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/agg_lm: amber only aggregates, and nobody solves. Add one, or solves: true.
    """

    samples: int = Field(1, ge=1, le=100, description="Attempts of each solver.")
    aggregator: Annotated[str, Writer] | None = Field(None, description="The aggregator; the best on dev if null.")
    solves: bool = Field(False, description="Whether an aggregator that is named solves as well.")
    drop_unfinished: bool = Field(True, description="Leave out attempts cut off at the token limit, unless all are.")
    keep: Literal["always", "dev"] = Field("always", description="Aggregate always, or if better than a vote on dev.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for an aggregator that is no member, `BadScenario` where nobody is left to solve."""
        check_members(members, (self.aggregator,))
        if members == (self.aggregator,) and not self.solves:
            raise BadScenario(
                f"text/agg_lm: {self.aggregator} only aggregates, and nobody solves. Add one, or solves: true."
            )
