"""Scripted assistants of the clarification game: the one that asks for all it has to know, and the one that guesses."""

from collections.abc import Sequence
from typing import Literal

from ...agents import Answer, Turn
from ...agents.message import Sampling
from ...agents.models.base import GREEDY
from .goals import ITEMS, SLOTS, VALUES
from .grammar import delivery, question


class Scripted:
    """A `Writer` that asks for every missing slot before it answers, or answers with the first value of each.

    >>> import asyncio
    >>> asyncio.run(Scripted("asks").write([Turn("user", "want i3 s1")])).text
    'ask color please ?'
    >>> asyncio.run(Scripted("guesses").write([Turn("user", "want i3 s1")])).text
    'ans i3 c0 s1'
    """

    def __init__(self, policy: Literal["asks", "guesses"]) -> None:
        self.policy = policy

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        """The next message."""
        known = {word for turn in turns if turn.role == "user" for word in turn.text.split()}
        values = {slot: next((value for value in VALUES[slot] if value in known), None) for slot in SLOTS}
        for slot, value in values.items():
            if value is None and self.policy == "asks":
                return Answer(text=question(slot))
        item = next(word for word in ITEMS if word in known)
        said = [values[slot] or VALUES[slot][0] for slot in SLOTS]
        return Answer(text=delivery(" ".join((item, *said))))
