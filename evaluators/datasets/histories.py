"""The history of a row of data: the conversation that a question goes on from, in the field `history`."""

from collections.abc import Mapping
from typing import Any, Final

from ...agents.errors import BadData
from ...agents.turn import Turn

FIELD: Final = "history"
ROLES: Final = ("system", "user", "assistant")


def history_of(fields: Mapping[str, Any], where: str) -> tuple[Turn, ...]:
    """The turns of the field `history`, a list of `{role, content}`; empty without one. Raises `BadData`."""
    said = fields.get(FIELD)
    if said is not None and not isinstance(said, list):
        raise BadData(f"{where}: {FIELD}: a {type(said).__name__}. Give a list of {{role, content}}, or rename it.")
    return tuple(turn_of(one, f"{where}: {FIELD}[{position}]") for position, one in enumerate(said or ()))


def turn_of(said: object, where: str) -> Turn:
    """A turn from a mapping with its role and its text. Raises `BadData`."""
    if not isinstance(said, Mapping) or not isinstance(said.get("content"), str):
        raise BadData(f"{where}: {str(said)[:40]!r} is no turn. Give {{role, content}}, both texts, or rename it.")
    if said.get("role") not in ROLES:
        raise BadData(f"{where}: role is {said.get('role')!r}. Give one of {', '.join(ROLES)}.")
    return Turn(said["role"], said["content"])
