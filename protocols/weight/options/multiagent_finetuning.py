"""The options of weight/multiagent_finetuning."""

from typing import Literal

from pydantic import Field

from ....agents.errors import BadScenario
from ....agents.options import ProtocolOptions
from ....trainers.finetuning.settings import Lora


class Options(ProtocolOptions, tag="multiagent_training.options/1"):
    """The debates, what of them is taught, and how.

    >>> Options().check(("amber",))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: weight/multiagent_finetuning: one generator hears no others. Add a member.
    """

    iterations: int = Field(1, ge=1, le=20, description="How often all debate and are trained on it.")
    rounds: int = Field(2, ge=1, le=100, description="Rounds of answers, the generators' included.")
    turned: float = Field(0.5, ge=0, le=1, description="The share of answers of a critic that turned a wrong one.")
    keep: Literal["agreed", "all"] = Field("agreed", description="The answers that are taught; all is the control.")
    rate: float = Field(1e-5, gt=0, description="The learning rate.")
    epochs: float = Field(1.0, gt=0, description="How often an iteration goes through its answers.")
    batch: int = Field(16, ge=1, description="The answers of a step.")
    lora: Lora | None = Field(None, description="Train an adapter of this shape; all weights if null.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `BadScenario` for a debate of one."""
        if len(members) < 2:
            raise BadScenario("weight/multiagent_finetuning: one generator hears no others. Add a member.")
