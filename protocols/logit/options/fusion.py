"""The options of logit/fusion."""

from typing import Literal

from pydantic import Field

from ....agents.decoding.combine import Mean
from ....agents.members import check_members
from ....agents.options import ProtocolOptions

Of = Literal["logits", "probabilities"]


class Options(ProtocolOptions):
    """The weights, what they average, and speculation.

    >>> Options(weights=(1, 3)).check(("amber", "blue", "coral"))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: logit/fusion.weights: 2 for 3 models. Give one a model.
    """

    weights: tuple[float, ...] | Literal["optimized"] | None = Field(
        None, description="One a member, in their order; equal by default; optimized searches them on dev."
    )
    of: Of = Field("logits", description="Average logits, a product of experts, or probabilities, a mixture.")
    tries: int = Field(24, ge=1, description="The most weights that are scored.")
    speculate: int = Field(0, description="Tokens that the drafter writes ahead.")
    drafter: str | None = Field(None, description="The member that drafts, by default the last.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for a drafter that is not a member, `BadScenario` for weights that do not fit."""
        check_members(members, (self.drafter,))
        self.mean(None if self.weights == "optimized" else self.weights, members)

    def mean(self, weights: tuple[float, ...] | None, members: tuple[str, ...]) -> Mean:
        """The decoding method with these weights."""
        mean = Mean.checked(weights, self.of, len(members), where="logit/fusion.weights")
        return mean.speculating(self.speculate, self.drafter, members)
