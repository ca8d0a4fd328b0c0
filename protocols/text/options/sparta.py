"""The options of text/sparta."""

from typing import Final, Literal

from pydantic import Field

from ....agents.errors import BadScenario
from ....agents.options import ProtocolOptions
from ....trainers.search.leading import Leading
from ....trainers.search.ratings import RatingRule

RULE: Final = RatingRule()


LEADING: Final = Leading()


class Options(ProtocolOptions):
    """The duels, their opponents, the leader that draws their questions, and the rule of the ratings.

    >>> Options().check(("amber", "blue"))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/sparta: 2 members have nobody to judge their duels. Name three at least.
    """

    rounds: int = Field(3, ge=1, le=1000, description="Rounds; ratings and the leader move after each.")
    duels: int = Field(20, ge=1, description="Duels of a round.")
    opponents: int = Field(3, ge=1, description="The opponent is one of this many of closest rating.")
    chance: float = Field(0.2, ge=0, le=1, description="The probability that it is any of the others.")
    rating: RatingRule = Field(RULE, description="The rule of the ratings.")
    leader: Literal["uniform", "bandit"] = Field("uniform", description="Who draws the questions.")
    leading: Leading = Field(LEADING, description="What rewards a bandit.")
    best: Literal["rating", "dev"] = Field("rating", description="The best by rating answers, or the best on dev.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `BadScenario` for a team without judges, and for a bandit that learns nothing before it ends."""
        if len(members) < 3:
            raise BadScenario(
                f"text/sparta: {len(members)} members have nobody to judge their duels. Name three at least."
            )
        self.check_most("opponents", len(members) - 1, "others", where="text/sparta")
        if self.leader == "bandit" and self.rounds < 2:
            raise BadScenario(
                "text/sparta: a bandit draws evenly in its only round. Use two rounds, or leader: uniform."
            )
