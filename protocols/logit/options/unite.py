"""The options of logit/unite."""

from math import inf
from typing import Literal

from pydantic import Field

from ....agents.errors import BadScenario
from ....agents.options import ProtocolOptions


class Options(ProtocolOptions):
    """The tokens that are united, their weights, and the gate that says where.

    >>> Options(weights=(1.0,)).check(("amber", "blue"))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: logit/unite.weights: (1.0,) for 2 models. Give each one, none negative.
    """

    k: int = Field(10, description="The number of each member's likeliest tokens that are united.")
    weights: tuple[float, ...] | None = Field(None, description="One a member, in their order; equal by default.")
    gate: Literal["sure", "safe"] = Field("sure", description="The rule for where to unite; elsewhere the lead writes.")
    sure: float = Field(1.0, ge=0, description="The lead's probability from which it writes alone.")
    draft: int = Field(5, description="Tokens that the lead drafts (safe).")
    sharpen: float = Field(0.1, ge=0, description="The lead's probability from which a word gathers others (safe).")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `BadScenario` for numbers out of range, or weights that do not fit the members."""
        weights = self.weights
        if weights is not None and (len(weights) != len(members) or not 0 < sum(weights) < inf or min(weights) < 0):
            raise BadScenario(
                f"logit/unite.weights: {weights} for {len(members)} models. Give each one, none negative."
            )
        if self.k < 1:
            raise BadScenario(f"logit/unite.k: {self.k} likeliest tokens. Use 1 or more; the paper uses 10.")
        if self.draft < 1:
            raise BadScenario(f"logit/unite.draft: {self.draft} tokens. Use 1 or more; the paper uses 5.")
