"""Futures of a response: samples of how the conversation goes on after it, for all candidates at once.

Common random numbers: the same future of two candidates of one prompt draws the same seeds, message by message, so that
the difference of their rewards has less variance than two independent samples.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from ...agents import Team, Turn
from ...agents.accounting import Usage
from ...agents.dialogue.talk import Roles, Talk, go_on
from ...agents.errors import BadData
from ...agents.frozen import Frozen
from ...agents.seeds import derive
from ..evaluator import QUESTION_FAILS, first_cause
from ..task import Item


class Candidate(NamedTuple):
    """A response to be rewarded: its item, whose question is the user's goal, and the turns up to it.

    `place` is its place in the run; candidates with one `prompt` share random numbers. `over` if a user ended it there.

    >>> Candidate(Item("sort c a", "", "a c"), (Turn("user", "hi"), Turn("assistant", "yes?")), "q0/1/0").response
    1
    """

    item: Item
    turns: tuple[Turn, ...]
    place: str
    prompt: str = ""

    @property
    def response(self) -> int:
        """The position of the response among the turns."""
        return len(self.turns) - 1


class Future(Frozen):
    """A conversation with a sampled end: `response` is the position of the rewarded turn.

    It stops as `ended` by the user, whose last message is `closing`, by the `window` of further messages, or `failed`,
    for the reason in `why`.

    >>> Future(turns=(Turn("assistant", "4"),), response=0, stop="ended", closing="[[done]]").stop
    'ended'
    """

    turns: tuple[Turn, ...]
    response: int
    stop: Literal["ended", "window", "failed"]
    closing: str | None = None
    why: str | None = None
    usage: Usage = Usage()


@dataclass(frozen=True)
class Futures:
    """Samples `count` futures of each candidate, of `messages` further messages at most (twice the window in pairs).

    At most `concurrency` are under way at once. A call that fails makes its future `failed`, and the others go on.

    >>> import asyncio
    >>> from symposia.agents.models.scripted import Scripted
    >>> team = Team({"user": Scripted("[[done]]"), "assistant": Scripted("four")})
    >>> answered = Candidate(Item("2 + 2?", "", "4"), (Turn("user", "2 + 2?"), Turn("assistant", "4")), "q0")
    >>> [[future.stop for future in one] for one in asyncio.run(Futures(team, count=1)([answered]))]
    [['ended']]
    """

    team: Team[Any]
    roles: Roles = field(default_factory=Roles)
    count: int = 3
    messages: int = 4
    concurrency: int = 256

    async def __call__(self, candidates: Sequence[Candidate]) -> list[list[Future]]:
        """The futures of each candidate, in order. Raises `BadData` for turns that do not end with a response."""
        for candidate in candidates:
            if not candidate.turns or candidate.turns[-1].role != "assistant":
                raise BadData(f"{candidate.place}: ends with no turn of the assistant. Futures follow a response.")
        free = asyncio.Semaphore(self.concurrency)

        async def one(candidate: Candidate, number: int) -> Future:
            async with free:
                return await self.future(candidate, number)

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [[group.create_task(one(each, k)) for k in range(self.count)] for each in candidates]
        except BaseExceptionGroup as failed:
            raise first_cause(failed) from None
        return [[task.result() for task in row] for row in tasks]

    async def future(self, candidate: Candidate, number: int) -> Future:
        """One future of a candidate."""
        team = self.team.at(f"{candidate.place}/future-{number}")
        common = candidate.prompt or candidate.place

        def seed(position: int, role: str) -> int:
            return derive(self.team.context.seed, common, f"future-{number}", position, role)

        roles = replace(self.roles, form=candidate.item.form)
        talk, why = Talk(candidate.turns), None
        try:
            talk = await go_on(
                team, roles, candidate.item.question, candidate.turns, messages=self.messages, seeds=seed
            )
        except QUESTION_FAILS as error:
            why = str(error)
        finally:
            await team.close()
        stop: Literal["ended", "window", "failed"] = "failed" if why else "ended" if talk.over else "window"
        return Future(
            turns=talk.turns,
            response=candidate.response,
            stop=stop,
            closing=talk.closing,
            why=why,
            usage=team.spent,
        )
