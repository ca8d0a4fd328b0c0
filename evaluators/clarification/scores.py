"""Scores of a conversation of the clarification game."""

from collections.abc import Sequence
from typing import Final

from ...agents import Turn
from ..multiturn.amount import Amount
from ..multiturn.futures import Future
from ..task import Item
from .goals import wish_of
from .grammar import Delivery, Question, parsed

TOKENS: Final = Amount(scope="future", roles="assistant", count="words", per=1)
"""The words of the assistant from the rewarded message on: in the game a word is a token."""

PENALTY: Final = 0.02
"""The weight of a token; at 1 / PENALTY tokens the whole of the reward is gone."""

WEIGHTS: Final = {"right": 1.0, "tokens": -PENALTY}


def right(item: Item, turns: Sequence[Turn]) -> bool:
    """True if the last answer of a conversation is the goal."""
    said = [parsed(turn.text) for turn in turns if turn.role == "assistant"]
    delivered = [one for one in said if isinstance(one, Delivery)]
    return bool(delivered) and delivered[-1].goal == item.gold


def asked(turns: Sequence[Turn]) -> list[str]:
    """The slots that the assistant asked for, in order."""
    said = [parsed(turn.text) for turn in turns if turn.role == "assistant"]
    return [one.slot for one in said if isinstance(one, Question)]


def interactivity(item: Item, turns: Sequence[Turn]) -> float:
    """The share of missing slots that were asked for; where none is missing, 1 if nothing was asked and 0 if it was."""
    missing, slots = set(wish_of(item).missing), set(asked(turns))
    return len(missing & slots) / len(missing) if missing else float(not slots)


def questions(turns: Sequence[Turn]) -> float:
    """The share of questions among the assistant's messages: what a judge that only likes questions would reward."""
    said = [turn for turn in turns if turn.role == "assistant"]
    return len(asked(turns)) / len(said) if said else 0.0


async def score(item: Item, future: Future, place: str) -> dict[str, float | None]:
    """The scores of a future by metric: `right`, and `tokens`, no more than what takes the whole reward away."""
    tokens = min(TOKENS.of(future.turns, future.response), 1 / PENALTY)
    return {"right": float(right(item, future.turns)), "tokens": tokens}
