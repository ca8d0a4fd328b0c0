"""The options of text/slm_mux."""

from typing import Literal

from pydantic import Field

from ....agents.errors import BadScenario
from ....agents.options import ProtocolOptions


class Options(ProtocolOptions):
    """The samples of a member, the rule for ties, and the size of the subset.

    >>> Options(subset=3).check(("amber", "blue"))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/slm_mux: a subset of 3 of 2 members. Give at most 2.
    """

    samples: int = Field(5, ge=1, le=100, description="Answers of each member.")
    tie: Literal["dev", "first", "random"] = Field("dev", description="The better on dev, the first, or chance.")
    over: Literal["all", "read"] = Field("all", description="Confidence is a share of all samples, or of those read.")
    subset: int | None = Field(None, ge=1, description="The number of members asked, chosen on dev; all if null.")
    penalty: float = Field(1.0, ge=0, description="The weight of contradictions in the choice of the subset.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `BadScenario` for a subset larger than the team."""
        if self.subset is not None and self.subset > len(members):
            raise BadScenario(
                f"text/slm_mux: a subset of {self.subset} of {len(members)} members. Give at most {len(members)}."
            )
