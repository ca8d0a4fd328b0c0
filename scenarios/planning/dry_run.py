"""Dry runs of protocols, without models: the number of calls to each member, given empty answers."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from ...agents import Answer, Ask, Message, Team
from ...agents.context import Context
from ...agents.decoding.messages import Decode, Decoded
from ...agents.errors import BudgetSpent, SymposiaError
from ...agents.event import CONDUCTOR, Event
from ...agents.message import Assess, Choice, Choose, Reward
from ...agents.models.absent import Absent
from ...agents.replay import Memory, Recalled
from .plan import Plan, answer_by

MOST: Final = 2000
"""The calls after which a dry run ends: a plan takes no longer for a protocol that makes many more."""


class DryRun(Memory):
    """A memory that replies to every call with an empty answer, and counts the calls by agent.

    >>> import asyncio
    >>> from symposia.protocols.text import debate
    >>> dry_run = DryRun()
    >>> team = Team({"a": Absent("a"), "b": Absent("b")}, context=Context(memory=dry_run))
    >>> answer = asyncio.run(debate.answer(team, Ask(text=""), rounds=1))
    >>> dict(dry_run.calls)
    {'a': 2, 'b': 2}
    """

    def __init__(self) -> None:
        super().__init__((), "fork")
        self.calls: Counter[str] = Counter()

    def recall(self, question: str, route: tuple[str, str], turn: int, message: Message) -> Recalled:
        """An empty reply of the right type."""
        sender, to = route
        asked = Event(0, None, question, sender, to, turn, message, 0.0)
        if sender == CONDUCTOR != to:
            self.calls[to] += 1
            if self.calls.total() > MOST:
                raise BudgetSpent(f"the dry run: more than {MOST} calls.")
        reply = replace(asked, sender=to, to=CONDUCTOR, message=empty_reply(message))
        return Recalled(asked, reply)


def empty_reply(message: Message) -> Message:
    """An empty reply of the type that the message asks for."""
    if isinstance(message, Choose):
        return Choice(labels=message.labels, logprobs=(0.0,) * len(message.labels))
    if isinstance(message, Assess):
        return Reward(value=0.0)
    if isinstance(message, Decode):
        return Decoded(answer=Answer(text="", logprobs=(0.0,)))
    return Answer(text="", logprobs=(0.0,))


async def calls_per_question(plan: Plan) -> Mapping[str, int]:
    """The number of calls to each member of the outermost team for one question.

    Empty where it depends on the result of `prepare`; more than `MOST` in all where there are more than can be counted.
    """
    dry_run = DryRun()
    absent = {member.name: Absent(member.name) for member in plan.part.members}
    team = Team(absent, plan.part.topology, Context(memory=dry_run))
    try:
        await answer_by(plan.part)(team, Ask(text=""))
    except BudgetSpent:
        return dry_run.calls
    except SymposiaError:
        return {}
    return dry_run.calls
