"""The options of weight/co_llm."""

from typing import Literal

from pydantic import Field

from ....agents.decoding.deferring import Strategy
from ....agents.errors import BadScenario
from ....agents.members import check_members
from ....agents.options import ProtocolOptions
from ....trainers.finetuning.settings import Lora


class Options(ProtocolOptions, tag="co_llm_training.options/1"):
    """The roles of members, the deferral head, and the training of the generator together with it.

    >>> Options(generator="small", mentor="small").check(("small", "large"))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: weight/co_llm: small is generator and mentor. Name two members.
    """

    generator: str | None = Field(None, description="The member that writes and is trained, by default the first.")
    mentor: str | None = Field(None, description="The member that is deferred to, by default the last.")
    width: int = Field(0, ge=0, description="Width of the head's hidden layer; 0 is a linear head.")
    strategy: Strategy = Field("defer", description="The mentor's token, or one from both distributions mixed.")
    epochs: float = Field(2.0, gt=0, description="How often it goes through the right answers.")
    batch: int = Field(16, ge=1, description="Answers of a step.")
    rate: float = Field(2e-5, gt=0, description="The learning rate.")
    probabilities: Literal["mentor", "chance"] = Field(
        "mentor", description="The mentor's probability of each token, or of a drawn one, which is the control."
    )
    keep: Literal["best", "trained"] = Field("best", description="Serve the best of all, or the trained generator.")
    lora: Lora | None = Field(None, description="Train an adapter of this shape; all weights if null.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for names of non-members, `BadScenario` for a generator that is its own mentor."""
        check_members(members, (self.generator, self.mentor))
        generator, mentor = self.roles(members)
        if generator == mentor:
            raise BadScenario(f"weight/co_llm: {generator} is generator and mentor. Name two members.")

    def roles(self, members: tuple[str, ...]) -> tuple[str, str]:
        """The generator and the mentor."""
        return self.generator or members[0], self.mentor or members[-1]
