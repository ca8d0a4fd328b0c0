"""The history of a row of data: the conversation that a question goes on from.

It is in the field `history`. Two other forms are read as well: rows of CollabLLM's data sets, whose goal is the
question and whose `prompt` is the history, and chats in `messages`.
"""

from collections.abc import Mapping
from typing import Any, Final

from ...agents.errors import BadData
from ...agents.turn import Turn

FIELD: Final = "history"
ROLES: Final = ("system", "user", "assistant")
GOALS: Final = ("input", "question", "goal")


def history_of(fields: Mapping[str, Any], where: str) -> tuple[Turn, ...]:
    """The turns of the field `history`, a list of `{role, content}`; empty without one. Raises `BadData`."""
    said = fields.get(FIELD)
    if said is not None and not isinstance(said, list):
        raise BadData(f"{where}: {FIELD}: a {type(said).__name__}. Give a list of {{role, content}}, or rename it.")
    return tuple(turn_of(one, f"{where}: {FIELD}[{position}]") for position, one in enumerate(said or ()))


def with_history(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row with its conversation as `history`; a row of another form is returned unchanged.

    Of `messages` beside a goal (`input`, `question` or `goal`) the history is all of them up to the user's last one;
    without a goal the user's last message is the question.

    >>> chat = [{"role": "user", "content": "2 + 2?"}, {"role": "assistant", "content": "4"}]
    >>> with_history({"messages": chat})["input"], with_history({"messages": chat, "goal": "Add."})["history"]
    ('2 + 2?', [{'role': 'user', 'content': '2 + 2?'}])
    """
    if isinstance(fields.get("single_turn_prompt"), str) and isinstance(fields.get("prompt"), list):
        own = {"input": fields["single_turn_prompt"], "output": fields.get("single_turn_completion")}
        return {**(fields.get("single_turn_metadata") or {}), **own, FIELD: fields["prompt"]}
    said = fields.get("messages")
    if FIELD in fields or not isinstance(said, list):
        return fields
    last = last_of_user(said)
    if last is None:
        return fields
    rest = {name: value for name, value in fields.items() if name != "messages"}
    goal = next((fields[name] for name in GOALS if fields.get(name)), None)
    if goal is not None:
        return {**rest, "input": goal, FIELD: said[: last + 1]}
    return {**rest, "input": said[last].get("content"), FIELD: said[:last]}


def last_of_user(said: list[Any]) -> int | None:
    """The place of the user's last message; None without one."""
    places = [place for place, one in enumerate(said) if isinstance(one, dict) and one.get("role") == "user"]
    return places[-1] if places else None


def turn_of(said: object, where: str) -> Turn:
    """A turn from a mapping with its role and its text. Raises `BadData`."""
    if not isinstance(said, Mapping) or not isinstance(said.get("content"), str):
        raise BadData(f"{where}: {str(said)[:40]!r} is no turn. Give {{role, content}}, both texts, or rename it.")
    if said.get("role") not in ROLES:
        raise BadData(f"{where}: role is {said.get('role')!r}. Give one of {', '.join(ROLES)}.")
    return Turn(said["role"], said["content"])
