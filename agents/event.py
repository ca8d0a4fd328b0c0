"""The events of a trace: one for each message that was delivered."""

from dataclasses import dataclass
from typing import Final

from .message import Message

CONDUCTOR: Final = "conductor"
"""The sender of the messages that come from the protocol itself."""


@dataclass(frozen=True, slots=True)
class Event:
    """The delivery of one message.

    `cause` is the number of the event it follows from, `turn` the number of this question's messages to the agent
    before it, `seconds` the time since the run began.

    >>> from symposia.agents import Ask
    >>> print(Event(3, None, "q1", CONDUCTOR, "amber", 0, Ask(text="2 + 2?"), 0.5))
    event 3 (conductor -> amber)
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
        """The event's name in error messages."""
        return f"event {self.seq} ({self.sender} -> {self.to})"
