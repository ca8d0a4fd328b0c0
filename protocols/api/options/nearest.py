"""The options of api/nearest."""

from pydantic import Field

from ....agents.errors import BadScenario
from ....agents.options import ProtocolOptions


class Options(ProtocolOptions):
    """The neighbourhood, the encoder, the price of text, and the fallback.

    >>> Options(neighbours=5, clusters=3).check(("amber", "blue"))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: api/nearest: neighbours and clusters. Give one of them.
    """

    neighbours: int | None = Field(None, ge=1, description="Dev questions that count; by leave-one-out if null.")
    clusters: int = Field(0, ge=0, description="Clusters of dev questions, 2 to a 20th of them; 0 for neighbours.")
    price: float = Field(0.0, ge=0, description="The score that 1,000 generated tokens cost.")
    encoder: str = Field("ngrams", description="What makes vectors: ngrams, packaged, or the folder of an encoder.")
    fallback: bool = Field(True, description="The best member answers everything where routing gains nothing on dev.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `BadScenario` for neighbours and clusters at once, and for one cluster."""
        if self.clusters and self.neighbours:
            raise BadScenario("api/nearest: neighbours and clusters. Give one of them.")
        if self.clusters == 1:
            raise BadScenario("api/nearest.clusters: 1 is the best member on dev. Use 2 or more, 0 for neighbours.")
