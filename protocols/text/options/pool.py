"""The options of text/pool."""

from typing import Literal

from pydantic import Field

from ....agents.errors import BadScenario
from ....agents.options import ProtocolOptions


class Options(ProtocolOptions):
    """The pool, its weights, and the orders of the list.

    >>> Options(weights=(1.0, 2.0)).check(("amber",))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/pool.weights: (1.0, 2.0) for 1 members. Give each one, none negative, ...
    """

    of: Literal["logs", "probabilities"] = Field("logs", description="What is averaged.")
    weights: Literal["equal", "fitted"] | tuple[float, ...] = Field("equal", description="One a member, or by dev.")
    orders: int = Field(1, ge=1, le=26, description="Rotations of the options, as many as there are at most.")
    floor: float = Field(1e-4, ge=0, le=0.1, description="The least probability of an option.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `BadScenario` for weights that do not fit the members, and for fitted ones of probabilities."""
        given = self.weights
        if isinstance(given, tuple) and (len(given) != len(members) or min(given) < 0 or sum(given) == 0):
            raise BadScenario(
                f"text/pool.weights: {given} for {len(members)} members. Give each one, none negative, not all 0."
            )
        if given == "fitted" and self.of != "logs":
            raise BadScenario("text/pool: fitted weights of probabilities. They are fitted for of: logs alone.")
