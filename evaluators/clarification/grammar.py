"""The assistant's two kinds of messages: `ask color please ?` and `ans i3 c2 s1`; anything else is malformed."""

from typing import NamedTuple

from .goals import ITEMS, SLOTS, VALUES

PARTS = 4


class Question(NamedTuple):
    """A question for a slot.

    >>> parsed("ask size please ?")
    Question(slot='size')
    """

    slot: str


class Delivery(NamedTuple):
    """An answer: the goal as the assistant has it.

    >>> parsed("ans i3 c2 s1")
    Delivery(goal='i3 c2 s1')
    """

    goal: str


def parsed(text: str) -> Question | Delivery | None:
    """An assistant's message as a question or an answer; None for a malformed one.

    >>> parsed("ask c2") is None
    True
    """
    said = text.split()
    if len(said) != PARTS:
        return None
    if said[0] == "ask" and said[1] in SLOTS and said[2:] == ["please", "?"]:
        return Question(said[1])
    wanted = (ITEMS, *VALUES.values())
    if said[0] == "ans" and all(word in among for word, among in zip(said[1:], wanted, strict=True)):
        return Delivery(" ".join(said[1:]))
    return None


def question(slot: str) -> str:
    """The message that asks for a slot."""
    return f"ask {slot} please ?"


def delivery(goal: str) -> str:
    """The message that answers."""
    return f"ans {goal}"
