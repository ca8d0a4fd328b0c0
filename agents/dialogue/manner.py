"""The manner of a simulated user: how it talks, what it knows, and how long it bears with the assistant."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Manner:
    """The manner of a user: style, knowledge, and the messages of its own after which it gives up, None for never.

    >>> print(Manner(style="in few words").told("Book a table."))
    Book a table.
    <BLANKLINE>
    How you talk: in few words
    """

    style: str = ""
    knowledge: str = ""
    patience: int | None = None

    def told(self, goal: str) -> str:
        """The goal as the user reads it, with its manner; the goal alone for a user without one."""
        lines = [("How you talk", self.style), ("What you know", self.knowledge)]
        said = "\n".join(f"{what}: {text}" for what, text in lines if text)
        return f"{goal}\n\n{said}" if said else goal

    def lost(self, spoken: int) -> bool:
        """True for a user that has spoken so often and would not go on."""
        return self.patience is not None and spoken >= self.patience
