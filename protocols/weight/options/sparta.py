"""The options of weight/sparta."""

from typing import Final, Literal

from pydantic import Field

from ....agents.errors import BadScenario
from ....agents.options import ProtocolOptions
from ....trainers.finetuning.settings import Lora
from ....trainers.search.leading import Leading
from ....trainers.search.ratings import RatingRule

RULE: Final = RatingRule()
LEADING: Final = Leading()


class Options(ProtocolOptions, tag="sparta_trained.options/1"):
    """The duels, the rule of the ratings, who draws the questions, and how members are trained on what was preferred.

    >>> Options().check(("amber", "blue"))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: weight/sparta: 2 members have nobody to judge their duels. Name three at least.
    """

    rounds: int = Field(3, ge=1, le=100, description="Rounds of duels, each with a training of all members.")
    duels: int = Field(20, ge=1, description="Duels of a round.")
    opponents: int = Field(3, ge=1, description="The opponent is one of this many of closest rating.")
    chance: float = Field(0.2, ge=0, le=1, description="The probability that it is any of the others.")
    rating: RatingRule = Field(RULE, description="The rule of the ratings.")
    leader: Literal["uniform", "bandit"] = Field("uniform", description="Who draws the questions.")
    leading: Leading = Field(LEADING, description="What rewards a bandit.")
    prefer: Literal["judges", "chance"] = Field("judges", description="Who prefers; chance is the control.")
    beta: float = Field(0.1, gt=0, description="How much it costs a member to leave what it was.")
    rate: float = Field(1e-5, gt=0, description="The learning rate.")
    epochs: float = Field(1.0, gt=0, description="How often a round goes through its pairs.")
    batch: int = Field(16, ge=1, description="The pairs of a step.")
    lora: Lora | None = Field(None, description="Train an adapter of this shape; all weights if null.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `BadScenario` for a team without judges, and for a bandit that learns nothing before it ends."""
        if len(members) < 3:
            raise BadScenario(
                f"weight/sparta: {len(members)} members have nobody to judge their duels. Name three at least."
            )
        self.check_most("opponents", len(members) - 1, "others", where="weight/sparta")
        if self.leader == "bandit" and self.rounds < 2:
            raise BadScenario(
                "weight/sparta: a bandit draws evenly in its only round. Use two rounds, or leader: uniform."
            )
