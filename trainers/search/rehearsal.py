"""Rehearsals of a protocol on dev, for a search: each call is made once, whoever asks.

The same prompt to the same member at the same question has one answer. So equal parts of candidates cost nothing twice,
and luck in sampling favours no candidate over another: seeds depend on what is asked, not on who wants to know.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, TypeVar

from ...agents import Answer, Ask, Message, Prompt, Team
from ...agents.message import Received
from ...agents.seeds import derive
from ...topologies import Graph

M_co = TypeVar("M_co", covariant=True)


class AskedOnce:
    """Asks the members of a team, at places of their own below the team's.

    >>> from symposia.agents.models.scripted import Scripted
    >>> async def twice(team):
    ...     asked = AskedOnce(team)
    ...     return [await asked.ask(Ask(text="?"), "amber", Ask(text="2 + 2?")) for _ in range(2)]
    >>> [said.text for said in asyncio.run(twice(Team({"amber": Scripted("four", "five")})))]
    ['four', 'four']
    """

    def __init__(self, team: Team[Any]) -> None:
        self.team = team
        self.place = f"{team.question}/asked"
        self._calls: dict[int, asyncio.Task[Answer]] = {}

    async def ask(self, question: Ask, name: str, prompt: Prompt, **changes: object) -> Answer:
        """A member's answer to a prompt about a question, with these changes of the run's sampling."""
        call = derive(question.render(), name, prompt.render(), repr(sorted(changes.items())))
        if call not in self._calls:
            self._calls[call] = asyncio.create_task(self._asked(call, name, prompt, changes))
        return await asyncio.shield(self._calls[call])

    def cancel(self) -> None:
        """Cancel all calls that are under way."""
        for call in self._calls.values():
            call.cancel()

    async def settled(self) -> None:
        """Wait for the calls that nobody waits for any more, since another one failed or all were cancelled."""
        await asyncio.gather(*self._calls.values(), return_exceptions=True)

    async def _asked(self, call: int, name: str, prompt: Prompt, changes: Mapping[str, object]) -> Answer:
        there = self.team.at(f"{self.place}/{call:x}")
        try:
            return await there.ask(name, prompt, **changes)
        finally:
            await there.close()


class Rehearsal(Team[M_co]):
    """A team on a graph at a dev question, whose calls `AskedOnce` makes; what members tell each other is not sent.

    `roles` are the members that stand at the graph's nodes, where these have names of their own.

    >>> from symposia.agents.models.scripted import Scripted
    >>> from symposia.topologies import complete
    >>> async def asked_twice(team):
    ...     asked = AskedOnce(team)
    ...     teams = [Rehearsal(team, complete(*team), asked, Ask(text="2 + 2?")) for _ in range(2)]
    ...     return [(await one.ask_all(Ask(text="2 + 2?")))["amber"].text for one in teams]
    >>> asyncio.run(asked_twice(Team({"amber": Scripted("four", "five")})))
    ['four', 'four']
    """

    def __init__(
        self, team: Team[M_co], graph: Graph, asked: AskedOnce, question: Ask, roles: Mapping[str, str] | None = None
    ) -> None:
        own = {name: team.models[role] for name, role in roles.items()} if roles else team.models
        super().__init__(own, graph, team.context, question=team.question, learned=team.learned)
        self._asked, self._about, self._roles = asked, question, roles or {}

    async def ask(self, name: str, prompt: Prompt, **sampling: object) -> Answer:
        """The one answer of this member to this prompt at this question."""
        return await self._asked.ask(self._about, self._roles.get(name, self.named(name)), prompt, **sampling)

    async def tell(self, speaker: str, listener: str, message: Message) -> Message:
        """Nothing is sent."""
        return Received()
