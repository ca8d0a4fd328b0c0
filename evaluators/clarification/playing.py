"""Plays the clarification game with a team, and sums up how it went: success, turns, tokens, questions."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, NamedTuple

from ...agents import Team, Turn
from ...agents.dialogue.talk import Roles, go_on
from ..statistics.intervals import Interval, mean_interval
from ..task import Item
from .goals import wish_of
from .scores import asked, interactivity, right

MESSAGES = 8
"""The most messages of a conversation, the opening included."""


class Played(NamedTuple):
    """A conversation of the game: its item, and all turns.

    >>> Played(Item("i3 c2 s1", "", "i3 c2 s1"), (Turn("assistant", "ans i3 c2 s1"),)).right
    True
    """

    item: Item
    turns: tuple[Turn, ...]

    @property
    def right(self) -> bool:
        """True if the last answer is the goal."""
        return right(self.item, self.turns)

    @property
    def tokens(self) -> int:
        """The words of the assistant."""
        return sum(len(turn.text.split()) for turn in self.turns if turn.role == "assistant")

    @property
    def replies(self) -> int:
        """The number of the assistant's messages."""
        return sum(turn.role == "assistant" for turn in self.turns)


async def play(team: Team[Any], items: Sequence[Item], *, stage: str = "play") -> list[Played]:
    """The conversations of all items, at once."""

    async def one(number: int, item: Item) -> Played:
        here = team.at(f"{stage}/{number}")
        try:
            talk = await go_on(here, Roles(), item.question, item.history, messages=MESSAGES - 1)
        finally:
            await here.close()
        return Played(item, talk.turns)

    return list(await asyncio.gather(*(one(number, item) for number, item in enumerate(items))))


@dataclass(frozen=True)
class Summary:
    """Means over some conversations of the game, with a 95 % interval of success.

    `asks` is the mean number of questions by the number of missing slots.

    >>> summary([Played(Item("i3 c2 s1", "", "i3 c2 s1", history=(Turn("user", "want i3 c2 s1"),)), ())]).success.value
    0.0
    """

    success: Interval
    tokens: float
    replies: float
    interactivity: float
    asks: dict[int, float]


def summary(played: Sequence[Played]) -> Summary:
    """The summary of conversations."""
    missing = [len(wish_of(one.item).missing) for one in played]
    asks = {
        count: fmean(len(asked(one.turns)) for one, lacks in zip(played, missing, strict=True) if lacks == count)
        for count in sorted(set(missing))
    }
    return Summary(
        success=mean_interval([float(one.right) for one in played]),
        tokens=fmean(one.tokens for one in played),
        replies=fmean(one.replies for one in played),
        interactivity=fmean(interactivity(one.item, one.turns) for one in played),
        asks=asks,
    )
