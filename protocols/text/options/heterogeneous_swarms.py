"""The options of text/heterogeneous_swarms."""

from typing import Final

from pydantic import Field

from ....agents.errors import BadScenario
from ....agents.options import ProtocolOptions
from ....trainers.search.graph_decoding import Rule
from ....trainers.search.motion import Motion

MOTION: Final = Motion(iterations=5)


class Options(ProtocolOptions):
    """The swarm, the decoding of its particles, and the part of dev that it sees.

    >>> Options(fan_out=3).check(("amber", "blue", "coral"))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/heterogeneous_swarms.fan_out: 3 readers among 2 others. Give at most 2.
    """

    population: int = Field(5, ge=1, description="Particles.")
    motion: Motion = Field(MOTION, description="The parameters of the particles' moves.")
    top_p: float = Field(0.7, ge=0, le=1, description="The mass of the nucleus in decoding; 0 for the likeliest.")
    fan_out: int = Field(1, ge=1, description="Members that read one member; 1 is a tree.")
    decoding: Rule = Field("softmax", description="The rule by which a particle becomes a graph.")
    ratio: float = Field(1.0, gt=0, le=1, description="The share of dev that is searched on, the first of it.")
    finalists: int = Field(3, ge=1, description="The best graphs, compared on all of dev, where ratio is below 1.")
    weights: int = Field(0, ge=0, description="Rounds of the step over weights; it needs models that can be mixed.")
    assignments: int = Field(10, ge=1, description="Assignments of models to nodes in each of these rounds.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `BadScenario` for more readers than there are others, and for one member's weights."""
        if self.weights and len(members) == 1:
            raise BadScenario(f"text/heterogeneous_swarms.weights: {members[0]} has nobody to mix with. Add a member.")
        most = max(1, len(members) - 1)
        if self.fan_out > most:
            raise BadScenario(
                f"text/heterogeneous_swarms.fan_out: {self.fan_out} readers among {len(members) - 1} others. "
                f"Give at most {most}."
            )
