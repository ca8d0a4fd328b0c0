"""The options of logit/contrast."""

from collections.abc import Sequence

from pydantic import Field

from ....agents.decoding.combine import Combine
from ....agents.errors import BadScenario, UnknownName
from ....agents.options import ProtocolOptions
from ..decoding.contrast import Contrast


class Options(ProtocolOptions):
    """The models that steer, their strength, and the plausibility mask.

    >>> Options(plausible=10).check(("amber", "blue"))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: logit/contrast.plausible: 10.0 is not a fraction. Use 0 to 1; 0 masks nothing.
    """

    k: int = Field(1, description="The number of best and of worst models on dev that steer, where none are named.")
    strength: float = Field(0.2, description="The factor of the logits added to the base's.")
    plausible: float = Field(0.1, description="The share of the base's top probability a token needs; 0 masks none.")
    base: str | None = Field(None, description="The member that is steered, by default the best on dev.")
    toward: tuple[str, ...] | None = Field(None, description="Members to steer toward.")
    away: tuple[str, ...] | None = Field(None, description="Members to steer away from.")
    allow_overlap: bool = Field(False, description="Allow members at both ends of the ranking; they cancel out.")
    speculate: int = Field(0, description="Tokens that the drafter writes ahead.")
    drafter: str | None = Field(None, description="The drafter, by default the last model steered away from.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for names of non-members, `BadScenario` for numbers out of range."""
        Combine().speculating(self.speculate, self.drafter, members)
        most = len(members) // (1 if self.allow_overlap else 2)
        if (self.toward is None or self.away is None) and not 1 <= self.k <= most:
            raise BadScenario(
                f"logit/contrast.k: {self.k} best and {self.k} worst of {len(members)} models. "
                f"Use a k from 1 to {len(members) // 2}, or allow_overlap: true; models in both cancel out."
            )
        if not 0 <= self.plausible <= 1:
            raise BadScenario(
                f"logit/contrast.plausible: {self.plausible} is not a fraction. Use 0 to 1; 0 masks nothing."
            )
        for name in (*([] if self.base is None else [self.base]), *(self.toward or ()), *(self.away or ())):
            if name not in members:
                raise UnknownName("agent", name, members, where="logit/contrast")

    def contrast(self, ranked: Sequence[str]) -> Contrast:
        """The decoding method; parts that are not named come from the ranking, best first."""
        return Contrast(
            base=ranked[0] if self.base is None else self.base,
            toward=tuple(ranked[: self.k]) if self.toward is None else self.toward,
            away=tuple(ranked[-self.k :]) if self.away is None else self.away,
            strength=self.strength,
            plausible=self.plausible,
        )
