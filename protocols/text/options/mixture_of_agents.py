"""The options of text/mixture_of_agents."""

from typing import Annotated, Literal

from pydantic import Field

from ....agents import Writer
from ....agents.errors import BadScenario
from ....agents.members import check_members
from ....agents.options import ProtocolOptions


class Options(ProtocolOptions):
    """The layers, what is shown between them, and who writes the last answer.

    >>> Options(shown="others").check(("amber",))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/mixture_of_agents: one member with one sample reads no others: shown: all.
    """

    layers: int = Field(1, ge=1, le=20, description="Layers of proposers, before the aggregator.")
    samples: int = Field(1, ge=1, le=100, description="Answers of each member in a layer; of one member: Self-MoA.")
    shown: Literal["all", "others"] = Field("all", description="Whether a proposer reads its own last answers, too.")
    aggregator: Annotated[str, Writer] | None = Field(None, description="The last member; the best on dev if null.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for an aggregator that is no member, `BadScenario` where nothing would be read."""
        check_members(members, (self.aggregator,))
        if self.shown == "others" and len(members) == 1:
            raise BadScenario("text/mixture_of_agents: one member with one sample reads no others: shown: all.")
