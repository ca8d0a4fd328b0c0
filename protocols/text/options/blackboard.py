"""The options of text/blackboard."""

from pydantic import Field

from ....agents.errors import BadScenario
from ....agents.options import ProtocolOptions


class Options(ProtocolOptions):
    """The number of actors, the turns, and the rule for stopping.

    >>> Options(stop=2).check(("amber",))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/blackboard: stops at 2 conclusions of 1 members. Give stop at most 1.
    """

    turns: int = Field(10, ge=1, le=1000, description="Turns at most.")
    act: int = Field(1, ge=1, description="Members that act in a turn; all if fewer.")
    stop: int = Field(1, ge=1, description="Members that stand by a conclusion when the turns end.")
    retries: int = Field(3, ge=0, le=100, description="How often one that names no action is asked again.")
    shown: int | None = Field(None, ge=1, description="The last entries that are shown; all if null.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `BadScenario` for more conclusions than members."""
        if self.stop > len(members):
            raise BadScenario(
                f"text/blackboard: stops at {self.stop} conclusions of {len(members)} members. "
                f"Give stop at most {len(members)}."
            )
        self.check_most("act", len(members), "members", where="text/blackboard")
