"""The options of weight/distil."""

from typing import Literal

from pydantic import Field

from ....agents.options import ProtocolOptions


class Options(ProtocolOptions):
    """The rounds, what members are taught, and who answers in the end.

    >>> Options.given({"rounds": 0}, where="weight/distil")
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: weight/distil.rounds: input should be greater than or equal to 1, not 0.
    """

    rounds: int = Field(3, ge=1, le=10, description="How often members are taught.")
    epochs: float = Field(1.0, gt=0, description="How often a round goes through its answers.")
    own: float = Field(0.5, ge=0, le=1, description="The share of a member's own answers that it is taught again.")
    best: float = Field(0.5, ge=0, le=1, description="The share of the best member's answers.")
    keep: Literal["right", "all"] = Field("right", description="The answers that are taught.")
    teacher: Literal["team", "self"] = Field("team", description="Who teaches: the team, or each itself, the control.")
    serve: Literal["best", "team"] = Field("best", description="Who answers: the best member, or the vote of all.")
    rate: float = Field(1e-4, gt=0, description="The learning rate.")
    batch: int = Field(16, ge=1, description="The answers of a step.")
