"""The options of api/co_llm."""

from typing import Literal

from pydantic import Field

from ....agents import Stepper, Team
from ....agents.decoding.deferring import Defer, Schedule, Strategy
from ....agents.errors import BadScenario
from ....agents.members import check_members
from ....agents.options import ProtocolOptions

Search = tuple[float, ...] | Literal["auto"]


class Options(ProtocolOptions):
    """The roles of members, and the deferral rule.

    >>> Options(head="<defer>", fit=True).check(("small", "large"))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: api/co_llm.head: '<defer>' is a token. Leave it out to fit a head or ...
    """

    generator: str | None = Field(None, description="The member that writes, by default the first.")
    mentor: str | None = Field(None, description="The member that is deferred to, by default the last.")
    head: str | None = Field(None, description="The deferral token, for a generator that was trained with one.")
    fit: bool = Field(False, description="Fit a deferral head on dev.")
    width: int = Field(0, ge=0, description="Width of the head's hidden layer; 0 is a linear head.")
    threshold: float = Field(0.5, ge=0, le=1, description="The deferral probability above which the mentor takes part.")
    strategy: Strategy = Field("defer", description="The mentor's token, or one from both distributions mixed.")
    schedule: Schedule = Field("none", description="How the threshold falls from 1 over the first tokens.")
    warmup: int = Field(15, ge=1, description="Over how many tokens it falls.")
    search_threshold: Search = Field((), description="Thresholds to try on dev, or auto.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for names of non-members, `BadScenario` for a head that is both given and fitted."""
        check_members(members, (self.generator, self.mentor))
        if self.head is not None and (self.fit or self.search_threshold == "auto"):
            raise BadScenario(
                f"api/co_llm.head: {self.head!r} is a token. Leave it out to fit a head or to search auto."
            )

    def method(self, team: Team[Stepper], **changes: object) -> Defer:
        """The decoding method of these options."""
        method = Defer(
            generator=team.named(self.generator, default=team.names[0]),
            mentor=team.named(self.mentor, default=team.names[-1]),
            head=self.head,
            threshold=self.threshold,
            strategy=self.strategy,
            schedule=self.schedule,
            warmup=self.warmup,
        )
        return method.model_copy(update=changes)
