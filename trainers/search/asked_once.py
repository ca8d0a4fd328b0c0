"""Calls of a search on dev, each made once: the same prompt to the same member at the same question has one answer.

So equal parts of candidates cost nothing twice, and luck in sampling favours no candidate over another: seeds depend on
what is asked alone, not on who wants to know, or when.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from ...agents import Answer, Ask, Prompt, Team
from ...agents.concurrency import gather
from ...agents.seeds import derive

AskEach: TypeAlias = Callable[[Mapping[str, Prompt]], Awaitable[dict[str, Answer]]]
"""Asks several members at once, each its own prompt, as `Team.ask_each` does."""


class AskedOnce:
    """Asks the members of a team, at places of their own below the team's.

    >>> from symposia.agents.models.scripted import Scripted
    >>> async def twice(team):
    ...     asked = AskedOnce(team)
    ...     return [await asked.ask_each(Ask(text="?"), {"amber": Ask(text="2 + 2?")}) for _ in range(2)]
    >>> [one["amber"].text for one in asyncio.run(twice(Team({"amber": Scripted("four", "five")})))]
    ['four', 'four']
    """

    def __init__(self, team: Team[Any]) -> None:
        self.team = team
        self.place = f"{team.question}/asked"
        self._calls: dict[int, asyncio.Task[Answer]] = {}

    async def ask_each(self, question: Ask, prompts: Mapping[str, Prompt]) -> dict[str, Answer]:
        """The answers of several members to their prompts about a question. Raises the first failure."""
        return await gather({name: self._ask(question, name, prompt) for name, prompt in prompts.items()})

    async def settled(self) -> None:
        """Wait for the calls that nobody waits for any more, since another one failed."""
        await asyncio.gather(*self._calls.values(), return_exceptions=True)

    async def _ask(self, question: Ask, name: str, prompt: Prompt) -> Answer:
        call = derive(question.render(), name, prompt.render())
        if call not in self._calls:
            self._calls[call] = asyncio.create_task(self._asked(call, name, prompt))
        return await asyncio.shield(self._calls[call])

    async def _asked(self, call: int, name: str, prompt: Prompt) -> Answer:
        there = self.team.at(f"{self.place}/{call:x}")
        try:
            return await there.ask(name, prompt)
        finally:
            await there.close()
