"""The options of weight/evolve."""

from pydantic import Field

from ....agents.errors import BadScenario
from ....agents.options import ProtocolOptions
from ....trainers.merging import check_settings


class Options(ProtocolOptions):
    """The merging method and the search of its weights.

    >>> Options(groups=0).check(("amber", "blue"))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: weight/evolve.groups: 0 depths. The smallest search has 1.
    """

    base: str | None = Field(None, description="The member the others were trained from, for methods that need one.")
    method: str = Field("linear", description="A merging method, see weight/merge.")
    groups: int = Field(1, description="The number of depths at which weights are searched; linear between them.")
    search_density: bool = Field(False, description="Search the method's density too.")
    start: tuple[float, ...] | None = Field(None, description="One weight a model, by default 1 / K each.")
    negative: bool = Field(False, description="Allow negative weights.")
    sigma: float = Field(1 / 6, gt=0, description="The standard deviation of the first candidates from the start.")
    population: int = Field(8, ge=2, description="Candidates of a round.")
    iterations: int = Field(10, ge=1, description="Rounds.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `BadScenario` or `UnknownName` for a method, groups or start that do not fit the members."""
        models = check_settings(members, self.base, self.method, {"density": 0.5} if self.search_density else {})
        if self.groups < 1:
            raise BadScenario(f"weight/evolve.groups: {self.groups} depths. The smallest search has 1.")
        if self.start is not None and len(self.start) != models:
            raise BadScenario(f"weight/evolve.start: {len(self.start)} weights for {models} models. Give one a model.")
