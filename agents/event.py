"""One delivery of a run."""

from dataclasses import dataclass
from typing import Final

from .message import Message

CONDUCTOR: Final = "conductor"
"""The sender of what a protocol itself says."""


@dataclass(frozen=True, slots=True)
class Event:
    """One delivery.

    `cause` is the event it follows from, `turn` the number of this question's messages to the agent before
    it, `seconds` the time since the run began.
    """

    seq: int
    cause: int | None
    question: str
    sender: str
    to: str
    turn: int
    message: Message
    seconds: float

    def __str__(self) -> str:
        """How error messages name an event."""
        return f"event {self.seq} ({self.sender} -> {self.to})"
