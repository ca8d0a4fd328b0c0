"""The options of text/majority_vote."""

from typing import Literal

from pydantic import Field

from ....agents.errors import BadScenario
from ....agents.options import ProtocolOptions

Tie = Literal["first", "dev", "random"]


class Options(ProtocolOptions):
    """The rule for ties, the weights, and whether it stops.

    >>> Options.given({"tie": "coin"}, where="text/majority_vote")
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/majority_vote.tie: input should be 'first', 'dev' or 'random', not 'coin'.
    """

    tie: Tie = Field("first", description="By the first voter, by the better one on dev, or at random.")
    weights: Literal["none", "dev"] = Field("none", description="Votes count the same, or by log-odds of dev scores.")
    answers: int = Field(4, ge=2, description="With `weights: dev`: the number of answers that are possible.")
    stop: bool = Field(False, description="Ask one after another until no other answer can win.")
    overturn: bool = Field(False, description="Follow the minority where a rule that was fitted on dev says so.")
    keep: float = Field(0.95, ge=0.5, lt=1, description="With `overturn`: the share of right majorities that is kept.")

    @property
    def looks_at_dev(self) -> bool:
        """True if votes are ordered or weighted by dev, or a rule is fitted on it."""
        return self.tie == "dev" or self.weights == "dev" or self.stop or self.overturn

    @property
    def without_dev(self) -> str | None:
        """The error without a dev split; None where none is needed."""
        if self.tie == "dev":
            return "text/majority_vote: tie: dev, and the task has no dev split. Settle ties by first or random."
        if self.weights == "dev":
            return "text/majority_vote: weights: dev, and the task has no dev split. Use weights: none."
        return (
            "text/majority_vote: overturn, and the task has no dev split. Use overturn: false."
            if self.overturn
            else None
        )

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `BadScenario` for a rule on votes that are weighted, not all cast, or of fewer than three."""
        if self.overturn and (self.weights != "none" or self.stop):
            raise BadScenario(
                "text/majority_vote: overturn looks at all votes, unweighted. Leave out weights and stop."
            )
        if self.overturn and len(members) < 3:
            raise BadScenario(f"text/majority_vote: {len(members)} members have no minority to follow. Name three.")
