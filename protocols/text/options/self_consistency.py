"""The options of text/self_consistency."""

from typing import Literal

from pydantic import Field

from ....agents.errors import BadScenario
from ....agents.options import ProtocolOptions


class Options(ProtocolOptions):
    """The samples, their temperature, and the rule for stopping.

    >>> Options(samples=9, window=2).check(("amber",))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/self_consistency: windows of 2 do not fill 9 samples. Give a divisor of 9.
    """

    samples: int = Field(40, ge=1, le=1000, description="Answers at most.")
    rule: Literal["none", "certain", "beta", "window", "evidence"] = Field("beta", description="When no more is asked.")
    sure: float = Field(0.95, ge=0.5, lt=1, description="With `beta` and `evidence`: how sure is sure enough.")
    window: int = Field(5, ge=2, description="With `window`: the answers in a row that have to agree.")
    temperature: float = Field(0.7, gt=0, description="The temperature of every answer.")
    at_once: int = Field(1, ge=1, description="Answers that are asked, and paid, together.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `BadScenario` for windows that do not fill the samples, where the rule or its default is about them."""
        if self.samples % self.window and (self.rule == "window" or "window" in self.model_fields_set):
            raise BadScenario(
                f"text/self_consistency: windows of {self.window} do not fill {self.samples} samples. "
                f"Give a divisor of {self.samples}."
            )
        self.check_most("at_once", self.samples, "samples", where="text/self_consistency")
