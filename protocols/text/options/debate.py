"""The options of text/debate."""

from typing import Literal

from pydantic import Field

from ....agents.errors import BadScenario
from ....agents.options import ProtocolOptions
from ....trainers.search.pruning import By


class Options(ProtocolOptions):
    """The rounds, who answers again, how votes count, and the arrows that are removed.

    >>> Options.given({"prune": 0.9}, where="text/debate")
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/debate.prune: input should be less than or equal to 0.8, not 0.9.
    """

    rounds: int = Field(2, ge=0, le=1000, description="Rounds of hearing each other and answering again.")
    until_consensus: bool = Field(False, description="Stop once all agree.")
    revise: Literal["all", "dissenters"] = Field("all", description="Who answers again: all, or not the majority.")
    votes: Literal["plain", "stated"] = Field("plain", description="Votes count the same, or by stated confidence.")
    prune: float = Field(0.0, ge=0, le=0.8, description="The share of the topology's arrows that is removed.")
    by: By = Field("greedy", description="Arrows removed: those that cost least on dev, or at random, the control.")
    mask: Literal["none", "dev"] = Field("none", description="Whether the worst member on dev is heard by nobody.")

    @property
    def looks_at_dev(self) -> bool:
        """True if dev says which arrows are removed."""
        return self.mask != "none" or (self.prune > 0 and self.by != "random")

    @property
    def removes(self) -> bool:
        """True if arrows of the topology are removed."""
        return self.prune > 0 or self.mask != "none"

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `BadScenario` for options that need a round where there is none."""
        needing = {"revise": self.revise != "all", "prune": self.prune > 0, "mask": self.mask != "none"}
        for name, given in needing.items():
            if given and self.rounds == 0:
                raise BadScenario(f"text/debate.{name}: there are no rounds in which anybody hears. Use rounds: 1.")
        if self.prune and self.mask != "none":
            raise BadScenario("text/debate: prune and mask both remove arrows. Use one of them.")
