"""The options of text/client_server."""

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

from pydantic import Field

from ....agents.errors import BadScenario
from ....agents.members import check_members
from ....agents.options import ProtocolOptions

Refine: TypeAlias = Literal["none", "selected", "all"]


class Options(ProtocolOptions):
    """The roles of members, and the number of servers and revisions.

    >>> Options.given({"top_k": 0}, where="text/client_server")
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/client_server.top_k: input should be greater than or equal to 1, not 0.
    """

    client: str | None = Field(None, description="The member that is guided, by default the first.")
    selector: str | None = Field(None, description="The member that selects servers, by default the client.")
    summarizer: str | None = Field(None, description="The member that writes the guidance, by default the client.")
    descriptions: Mapping[str, str] | None = Field(None, description="What each server is good at.")
    use_selection: bool = Field(True, description="Ask the selected servers, or all of them.")
    top_k: int = Field(2, ge=1, description="The number of servers that are selected.")
    iterations: int = Field(2, ge=0, le=1000, description="The number of revisions of the client under guidance.")
    refine: Refine = Field("none", description="Which servers revise too.")
    guide: Literal["always", "unsure"] = Field("always", description="Guide the client, or only where it is not sure.")
    samples: int = Field(3, ge=1, le=100, description="With `guide: unsure`: the client's answers.")
    agreed: float = Field(1.0, ge=0, le=1, description="With `guide: unsure`: the share of them that makes it sure.")
    temperature: float = Field(0.7, gt=0, description="With `guide: unsure`: their temperature.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for a role of a non-member, `BadScenario` where too few members are servers."""
        check_members(members, (self.client, self.selector, self.summarizer, *(self.descriptions or {})))
        servers = self.servers(members)
        if not servers:
            raise BadScenario("text/client_server: no member is a server. Add one that has no other role.")
        if self.use_selection:
            self.check_most("top_k", len(servers), "servers", where="text/client_server")

    def servers(self, members: Iterable[str]) -> list[str]:
        """The members without another role."""
        first, *_ = members = list(members)
        return [name for name in members if name not in (self.client or first, self.selector, self.summarizer)]
