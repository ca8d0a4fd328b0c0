"""A shared board: what several agents wrote, and did by it, in order."""

from typing import Final, Literal, TypeAlias

from .message import Answer, Message

Action: TypeAlias = Literal["plan", "execute", "critique", "finish", "invalid"]

ACTIONS: Final[dict[Action, str]] = {
    "plan": "Lay out how the question can be solved, in a few steps. Do not solve it yet.",
    "execute": "Carry out the one step that is due next, with reasons.",
    "critique": "Name one entry that is wrong or incomplete, say why, and what would be right.",
    "finish": "Conclude from the board, and give the final answer.",
}
"""The actions, and what a member is told to do for each."""


class Entry(Message):
    """An entry of the board; an invalid one, of a member that named no action, has no answer and is not shown.

    >>> Entry(number=1, turn=1, author="amber", action="invalid").answer is None
    True
    """

    number: int
    turn: int
    author: str
    action: Action
    answer: Answer | None = None


def standing(board: list[Entry]) -> dict[str, Answer]:
    """The conclusions by author, of those whose last valid entry is one, in the order in which they were written."""
    last = {entry.author: entry for entry in board if entry.answer is not None}
    found = sorted(last.values(), key=lambda entry: entry.number)
    return {one.author: one.answer for one in found if one.action == "finish" and one.answer is not None}


def drawn(board: list[Entry], count: int | None = None) -> str:
    """The board as text, without authors: the last `count` entries, or all."""
    seen = [entry for entry in board if entry.answer is not None]
    lines = [f"[{one.number}] {one.action}: {one.answer.text}" for one in seen if one.answer is not None]
    return "\n".join(lines[-count:] if count else lines) or "(empty)"
