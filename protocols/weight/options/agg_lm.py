"""The options of weight/agg_lm."""

from typing import Literal

from pydantic import Field

from ....agents.errors import BadScenario
from ....agents.members import check_members
from ....agents.options import ProtocolOptions
from ....trainers.finetuning.settings import Lora


class Options(ProtocolOptions, tag="agg_lm_training.options/1"):
    """The aggregator, the sets of attempts that it is trained on, and how.

    >>> Options(aggregator="amber").check(("amber",))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: weight/agg_lm: one member has no attempts of others to read. Add one.
    """

    aggregator: str | None = Field(None, description="The member that learns to aggregate; the best on dev if null.")
    solves: bool = Field(True, description="Whether that member, as it was, solves as well.")
    sets: int = Field(2, ge=1, le=100, description="Sets of attempts at each question.")
    easy: float = Field(1.0, ge=0, description="Sets whose vote is right, for each whose vote is not.")
    samples: int = Field(8, ge=2, description="Solutions of a group.")
    batch: int = Field(4, ge=1, description="Groups of a step.")
    epochs: float = Field(1.0, gt=0, description="How often it goes through the sets.")
    rate: float = Field(1e-5, gt=0, description="The learning rate.")
    temperature: float = Field(1.0, gt=0, description="The temperature of a group.")
    reward: Literal["right", "chance"] = Field("right", description="What is rewarded; chance is the control.")
    keep: Literal["best", "trained"] = Field("best", description="Serve the best of vote, untrained and trained.")
    lora: Lora | None = Field(None, description="Train an adapter of this shape; all weights if null.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for an aggregator that is no member, `BadScenario` where nobody else solves."""
        check_members(members, (self.aggregator,))
        if len(members) < 2:
            raise BadScenario("weight/agg_lm: one member has no attempts of others to read. Add one.")
