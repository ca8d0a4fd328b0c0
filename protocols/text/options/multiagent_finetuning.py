"""The options of text/multiagent_finetuning."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from ....agents import Writer
from ....agents.errors import BadScenario
from ....agents.members import check_members
from ....agents.options import ProtocolOptions


class Options(ProtocolOptions):
    """The rounds, and the critic of each generator.

    >>> Options(critics={"amber": "blue"}).check(("amber", "blue"))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/multiagent_finetuning: one generator hears no others. Add a member.
    """

    rounds: int = Field(2, ge=1, le=100, description="Rounds of answers, the generators' included.")
    critics: Mapping[str, str] | None = Field(None, description="The critic of each generator; itself if not named.")
    summarizer: Annotated[str, Writer] | None = Field(None, description="Writes digests; joined if null.")
    until_consensus: bool = Field(False, description="Stop once all agree.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for roles of non-members, `BadScenario` for a debate of one or a generator as critic."""
        critics = self.critics or {}
        check_members(members, (*critics, *critics.values(), self.summarizer))
        both = [name for name, critic in critics.items() if name != critic and name in critics.values()]
        if both:
            raise BadScenario(f"text/multiagent_finetuning.critics: {both[0]} generates and criticises. Use two.")
        if self.rounds > 1 and len(self.generators(members)) < 2:
            raise BadScenario("text/multiagent_finetuning: one generator hears no others. Add a member.")

    def generators(self, members: tuple[str, ...]) -> list[str]:
        """The members that generate: those with no other role."""
        critics = self.critics or {}
        others = {critic for name, critic in critics.items() if name != critic} | {self.summarizer}
        return [name for name in members if name not in others]
