"""The options of weight/switch_generation."""

from typing import Literal

from pydantic import Field

from ....agents.errors import BadScenario
from ....agents.members import check_members
from ....agents.options import ProtocolOptions
from ....trainers.finetuning.settings import Lora


class Options(ProtocolOptions, tag="switch_generation_training.options/1"):
    """The selector, the writers, the rollouts that the selector learns from, and how.

    >>> Options(writers=("amber",)).check(("amber", "blue"))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: weight/switch_generation: 1 writer leaves nothing to select. Name two or more.
    """

    selector: str | None = Field(
        None, description="The member that learns to select; the first, which writes, if null."
    )
    writers: tuple[str, ...] | None = Field(None, description="Who writes; by default all but a named selector.")
    patch: int = Field(25, ge=1, description="Tokens of a patch.")
    prefixes: int = Field(2, ge=1, description="Prefixes drawn for each question.")
    before: int = Field(1, ge=0, description="Patches of the longest prefix.")
    rollouts: int = Field(2, ge=1, description="Rollouts of a prefix that begin with each writer.")
    epochs: float = Field(3.0, gt=0, description="How often it goes through the labels.")
    batch: int = Field(16, ge=1, description="Labels of a step.")
    rate: float = Field(1e-5, gt=0, description="The learning rate.")
    labels: Literal["best", "chance"] = Field("best", description="The writers that are named; chance is the control.")
    keep: Literal["best", "trained"] = Field("best", description="Serve the best of all, or the trained selector.")
    lora: Lora | None = Field(None, description="Train an adapter of this shape; all weights if null.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for names of non-members, `BadScenario` for fewer than two writers."""
        check_members(members, (self.selector, *(self.writers or ())))
        if len(writers := self.writing(members)) < 2:
            raise BadScenario(
                f"weight/switch_generation: {len(writers)} writer leaves nothing to select. Name two or more."
            )

    def writing(self, members: tuple[str, ...]) -> tuple[str, ...]:
        """The writers, in order."""
        return self.writers or tuple(name for name in members if name != self.selector)
