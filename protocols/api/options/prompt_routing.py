"""The options of api/prompt_routing."""

from collections.abc import Mapping

from pydantic import Field

from ....agents.members import check_members
from ....agents.options import ProtocolOptions


class Options(ProtocolOptions):
    """The members that answer, the router, and the number of its rankings.

    >>> Options(router="coral").check(("amber", "blue"))
    Traceback (most recent call last):
    symposia.agents.errors.UnknownName: team: no agent named 'coral'. Known: amber, blue.
    """

    descriptions: Mapping[str, str] | None = Field(None, description="What each answering member is good at.")
    router: str | None = Field(None, description="The member that routes, by default the best answering one on dev.")
    orders: int = Field(1, ge=1, description="The number of orders of the list; ranks are averaged over them.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for names of non-members."""
        check_members(members, (self.router, *(self.descriptions or {})))
        named = self.descriptions or members
        self.check_most("orders", len(named), "places in the list", where="api/prompt_routing")
