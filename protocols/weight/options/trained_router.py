"""The options of weight/trained_router."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from ....agents import Open
from ....agents.errors import BadScenario
from ....agents.members import check_members
from ....agents.options import ProtocolOptions
from ....trainers.finetuning.routing import Routing
from ....trainers.finetuning.settings import Lora


class Options(ProtocolOptions, tag="trained_router_training.options/1"):
    """The router, what it reads and learns, and how.

    >>> Options(router="judge").check(("judge",))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: weight/trained_router: no member besides the router. Add one that answers.
    """

    router: Annotated[str, Open] | None = Field(None, description="The member that learns to route; the first if null.")
    answers: bool = Field(False, description="Whether that member, as it was, answers as well.")
    descriptions: Mapping[str, str] | None = Field(None, description="What each answering member is good at.")
    threshold: float = Field(
        1.0,
        ge=0,
        le=1,
        description="The first member with this share of the likeliest one's probability; 1: likeliest.",
    )
    targets: Literal["shared", "first"] = Field("shared", description="All best members in turn, or the first of them.")
    batch: int = Field(16, ge=1, description="Rows of a step.")
    epochs: int = Field(5, ge=1, description="How often it goes through the questions.")
    rate: float = Field(1e-4, gt=0, description="The learning rate.")
    labels: Literal["best", "chance"] = Field("best", description="What is taught; chance, the control, shuffles it.")
    keep: Literal["best", "trained"] = Field("best", description="Serve the best of alone, untrained and trained.")
    lora: Lora | None = Field(None, description="Train an adapter of this shape; all weights if null.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for names of non-members, `BadScenario` where none is left to answer."""
        check_members(members, (self.router, *(self.descriptions or {})))
        if len(members) < 2:
            raise BadScenario("weight/trained_router: no member besides the router. Add one that answers.")

    @property
    def routing(self) -> Routing:
        """How the router is asked."""
        return Routing(self.descriptions, self.threshold)
