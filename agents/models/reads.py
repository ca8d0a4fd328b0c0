"""The kinds of parts that models read in a turn: text, images, tool calls, tool results."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

from ..errors import MissingCapability
from ..parts import PartKind
from ..turn import Turn

if TYPE_CHECKING:
    pass


TEXT_ONLY: Final[frozenset[PartKind]] = frozenset(("text",))
"""The kinds that a model reads unless it says otherwise."""


SEES: Final[frozenset[PartKind]] = frozenset(("text", "image"))


EVERYTHING: Final[frozenset[PartKind]] = frozenset(("text", "image", "tool_call", "tool_result"))


@runtime_checkable
class Multimodal(Protocol):
    """A model that declares the kinds of parts it reads in a turn; one that does not reads text alone."""

    @property
    def reads(self) -> frozenset[PartKind]:
        """The kinds of parts it reads."""
        ...


def reads(model: object) -> frozenset[PartKind]:
    """The kinds of parts that a model reads in a turn."""
    return model.reads if isinstance(model, Multimodal) else TEXT_ONLY


def calls_tools(model: object) -> bool:
    """True if tools can be offered to a model: a provider's model reads all that its provider does."""
    if "tool_call" in reads(model):
        return True
    from .api import Api

    return isinstance(model, Api)


def check_text_only(name: str, turns: Sequence[Turn]) -> None:
    """Raise `MissingCapability` for a part that is not text: a text-only model would drop it silently."""
    for turn in turns:
        for part in () if isinstance(turn.content, str) else turn.content:
            if part.kind not in TEXT_ONLY:
                kind = "an image" if part.kind == "image" else f"a {part.kind.replace('_', ' ')}"
                raise MissingCapability(f"{name}: reads text alone, and was given {kind}. Use a model that reads it.")
