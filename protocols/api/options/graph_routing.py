"""The options of api/graph_routing."""

from collections.abc import Mapping

from pydantic import Field

from ....agents.errors import BadScenario
from ....agents.members import check_members
from ....agents.options import ProtocolOptions
from ....trainers.heads.graph_routing import GraphRouting, Targets


class Options(ProtocolOptions):
    """The network, what it is fitted to, and the fallback.

    >>> Options().check(("amber",))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: api/graph_routing: amber alone leaves nothing to route. Add a member.
    """

    descriptions: Mapping[str, str] | None = Field(None, description="What each member is good at.")
    price: float = Field(0.0, ge=0, description="The score that 1,000 generated tokens cost.")
    encoder: str = Field("ngrams", description="What makes vectors: ngrams, packaged, or the folder of an encoder.")
    width: int = Field(8, ge=1, le=512, description="The network's width.")
    steps: int = Field(400, ge=1, le=10_000, description="Steps of the fit.")
    decay: float = Field(0.1, ge=0, description="Weight decay of the fit.")
    targets: Targets = Field("utility", description="The fit is to utilities, all best members, or the first best.")
    edges: bool = Field(True, description="Outcomes on dev are in the graph of a new question.")
    fallback: bool = Field(True, description="The best member answers everything where routing gains nothing on dev.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `BadScenario` for a team of one, and `UnknownName` for a description of no member."""
        check_members(members, self.descriptions or {})
        if len(members) == 1:
            raise BadScenario(f"api/graph_routing: {members[0]} alone leaves nothing to route. Add a member.")

    @property
    def routing(self) -> GraphRouting:
        """The router of these options."""
        network = self.width, self.steps, self.decay, self.targets, self.edges
        return GraphRouting(self.encoder, self.descriptions or {}, *network)
