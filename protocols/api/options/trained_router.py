"""The options of api/trained_router."""

from collections.abc import Mapping

from pydantic import Field

from ....agents.errors import BadScenario
from ....agents.members import check_members
from ....agents.options import ProtocolOptions


class Options(ProtocolOptions):
    """The router, what it reads, and how much it saves.

    >>> Options(router="judge").check(("judge",))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: api/trained_router: no member besides the router. Add one that answers.
    """

    router: str | None = Field(None, description="The member that routes and does not answer, by default the first.")
    descriptions: Mapping[str, str] | None = Field(None, description="What each answering member is good at.")
    threshold: float = Field(
        1.0,
        ge=0,
        le=1,
        description="The first member with this share of the likeliest one's probability; 1: likeliest.",
    )

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for names of non-members, `BadScenario` where none is left to answer."""
        check_members(members, (self.router, *(self.descriptions or {})))
        if len(members) < 2:
            raise BadScenario("api/trained_router: no member besides the router. Add one that answers.")
