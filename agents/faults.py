"""Faults that are injected on purpose: between processes, or in the calls of a team's members.

What each does, and where, is said once, in the fields of `Faults`. A seed draws them: of a member's calls, by what the
call says, so that the same calls fail whenever a run is stopped and gone on with; on a connection, in the order of its
messages.
"""

from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from .frozen import Frozen, is_empty

Kind = Literal["lie", "collude", "parrot", "noise", "sink"]

Share = Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)]
SHARES: Final = ("drop", "delay", "duplicate", "corrupt", "reorder")
NETWORK: Final = ("duplicate", "reorder")
"""What there is between processes alone."""


class Faults(Frozen):
    """Shares of messages or calls that something is done to, and members that are made bad ones.

    >>> Faults(drop=0.1).on_wire
    True
    """

    drop: Share = Field(
        default=0.0,
        description="Over a runtime: the share of messages that are lost. Without: calls that no answer comes to.",
    )
    delay: Share = Field(default=0.0, description="The share of messages, or of calls, that wait up to `seconds`.")
    seconds: float = Field(default=1.0, gt=0, le=600, description="The longest delay, in seconds.")
    duplicate: Share = Field(default=0.0, description="Over a runtime: the share of messages that come twice.")
    corrupt: Share = Field(
        default=0.0,
        description="Over a runtime: the share of messages of which a byte is changed. Without: unreadable replies.",
    )
    reorder: Share = Field(
        default=0.0, description="Over a runtime: the share of messages that the next one overtakes."
    )
    crash: float = Field(default=0.0, ge=0, le=1, description="The share of the members' calls that fail.")
    stops: bool = Field(default=False, description="A crash stops the run, which can be gone on with.")
    members: tuple[str, ...] = Field(
        default=(), description="The members whose calls are meant, all by default; messages over a runtime always are."
    )
    saboteurs: Mapping[str, Kind] = Field(
        default_factory=dict,
        exclude_if=is_empty,
        description="Members that are made bad ones: lie, collude, parrot, noise or sink, by name.",
    )

    @model_validator(mode="after")
    def _says_whose(self) -> Self:
        if self.members and not (self.crash or self.on_wire):
            raise ValueError("members: names whose calls are meant, and nothing is done to any. Give crash a share.")
        return self

    @property
    def on_wire(self) -> bool:
        """True if something is done to messages or to how calls are delivered."""
        return any(getattr(self, name) for name in SHARES)

    def of_calls(self, *, runtime: bool) -> "Faults":
        """Those that are done to calls: over a runtime, crashes alone."""
        return self.model_copy(update={**(dict.fromkeys(SHARES, 0.0) if runtime else {}), "saboteurs": {}})

    def lasting(self, *, runtime: bool, deadline: bool) -> "Faults | None":
        """Those that can change a result; None if nothing can.

        Over a runtime what was lost is sent again, so that only a deadline makes it be missed.
        """
        found = self.of_calls(runtime=runtime and not deadline)
        if not deadline:
            found = found.model_copy(update={"delay": 0.0})
        return found if found.crash or found.on_wire else None
