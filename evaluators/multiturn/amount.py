"""How much a conversation has the user read: tokens or words, in the scopes and units of CollabLLM's two code bases.

original    the assistant's tokens of the whole conversation, in thousands
verl        the words of both, from the response on
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from ...agents.errors import BadData
from ...agents.turn import Role, Turn

Count: TypeAlias = Callable[[str], int]

SPOKEN: Final[tuple[Role, ...]] = ("user", "assistant")
"""The roles whose turns are a conversation; what the system says is none of it."""


def words(text: str) -> int:
    """The number of words of a text, as whitespace separates them.

    >>> words("It is  4.")
    3
    """
    return len(text.split())


def amount(turns: Sequence[Turn], count: Count, *, roles: Sequence[Role] = SPOKEN, start: int = 0) -> int:
    """The count of the turns of these roles, from the turn at `start` on."""
    return sum(count(turn.text) for turn in turns[start:] if turn.role in roles)


def thousand_tokens(turns: Sequence[Turn], tokens: Count) -> float:
    """The assistant's tokens of a whole conversation, in thousands, as the original package counts them."""
    return amount(turns, tokens, roles=("assistant",)) / 1000


def words_from(turns: Sequence[Turn], response: int) -> int:
    """The words of both from the response on, which is the turn at this place, as verl's recipe counts them.

    Raises `BadData` for a place that is no turn of the assistant.
    """
    if not 0 <= response < len(turns) or turns[response].role != "assistant":
        raise BadData(f"words from {response}: no turn of the assistant is there. Name the response that is rewarded.")
    return amount(turns, words, start=response)
