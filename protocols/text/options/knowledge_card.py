"""The options of text/knowledge_card."""

from typing import Annotated

from pydantic import Field

from ....agents import Writer
from ....agents.errors import BadScenario
from ....agents.members import check_members
from ....agents.options import ProtocolOptions


class Options(ProtocolOptions):
    """Whose knowledge is used, how long it may be, and who answers.

    >>> Options(exclude_self=True).check(("amber",))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/knowledge_card: one member without its own card has none: exclude_self.
    """

    exclude_self: bool = Field(False, description="Leave out the knowledge of the member that answers.")
    max_tokens: int | None = Field(None, ge=1, description="Tokens of a card; those of an answer if null.")
    aggregator: Annotated[str, Writer] | None = Field(None, description="The member that answers; best on dev if null.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for an aggregator that is no member, `BadScenario` where no card is left."""
        check_members(members, (self.aggregator,))
        if self.exclude_self and len(members) == 1:
            raise BadScenario("text/knowledge_card: one member without its own card has none: exclude_self.")
