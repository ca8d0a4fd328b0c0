"""A team behind the interface of a model, so that protocols nest."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from .context import Context
from .message import Answer, Ask, Sampling
from .models.base import GREEDY
from .parts import Image
from .team import Team
from .turn import Turn

Protocol: TypeAlias = Callable[[Team[Any], Ask], Awaitable[Answer]]


class Collective:
    """A writer whose answers are those of a team by a protocol, as `Collective(team, debate.answer)`.

    Options are bound with `functools.partial`. Its members use the sampling that it is asked with; its usage is the
    sum of theirs. Inside another team its calls are traced, seeded and replayed as part of that team's run.

    >>> import asyncio
    >>> from symposia.agents.models.scripted import Scripted
    >>> async def first(team, question):
    ...     return await team.ask(team.names[0], question)
    >>> team = Collective(Team({"amber": Scripted("four"), "blue": Scripted("five")}), first)
    >>> asyncio.run(team.write([Turn("user", "2 + 2?")])).text
    'four'
    """

    def __init__(self, team: Team[Any], protocol: Protocol) -> None:
        self.team = team
        self.protocol = protocol

    @property
    def forces_schema(self) -> bool:
        """True: it passes a schema on to its members, and each keeps to it that can."""
        return True

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        """The team's answer to the last turn; earlier turns precede it as a transcript."""
        context = replace(self.team.context, sampling=sampling)
        team = Team(
            self.team.models, self.team.topology, context, question=self.team.question, learned=self.team.learned
        )
        try:
            said = await self.protocol(team, as_question(turns))
            return said.model_copy(update={"usage": team.spent})
        finally:
            await team.close()

    def within(self, context: Context, place: str) -> "Collective":
        """The same team as a part of this run, at this place; it keeps what its members are told."""
        own = self.team.context
        inner = replace(context, personas=own.personas, samplings=own.samplings, blind=own.blind)
        team = Team(self.team.models, self.team.topology, inner, question=place, learned=self.team.learned)
        return Collective(team, self.protocol)


def as_question(turns: Sequence[Turn]) -> Ask:
    """A conversation as one question: a transcript, and all images."""
    images = tuple(part for turn in turns for part in turn.parts if isinstance(part, Image))
    if len(turns) == 1:
        return Ask(text=turns[0].text, images=images)
    return Ask(text="\n".join(f"{turn.role}: {turn.text}" for turn in turns), images=images)
