"""Turns of conversations, the input and output of models."""

from typing import Literal

from .frozen import Frozen
from .parts import Part, Text

Role = Literal["system", "user", "assistant", "tool"]


class Turn(Frozen, tag="turn/1"):
    """One turn of a conversation, as chat templates take it: text, or parts of several kinds.

    `text` is its text alone; images, tool calls and tool results are in `parts`.

    >>> Turn("user", "hi").text
    'hi'
    >>> Turn("user", (Text(text="What is"), Text(text=" this?"))).text
    'What is this?'
    """

    role: Role
    content: str | tuple[Part, ...]

    def __init__(self, role: Role, content: str | tuple[Part, ...] = "", *, text: str | None = None) -> None:
        super().__init__(role=role, content=content if text is None else text)  # type: ignore[call-arg]

    @property
    def text(self) -> str:
        """Its text, or the concatenation of its text parts."""
        content = self.content
        return content if isinstance(content, str) else "".join(part.text for part in content if isinstance(part, Text))

    def unseen(self) -> "Turn":
        """The same turn without its images."""
        parts = tuple(part for part in self.parts if part.kind != "image")
        return self if len(parts) == len(self.parts) else Turn(self.role, parts)

    @property
    def parts(self) -> tuple[Part, ...]:
        """Its parts; text alone is one part."""
        return (Text(text=self.content),) if isinstance(self.content, str) else self.content
