"""Rehearses a protocol without models: who is called how often, if every answer is empty."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from ...agents import Answer, Ask, Message, Team
from ...agents.context import Context
from ...agents.decoding.messages import Decode, Decoded
from ...agents.errors import SymposiaError
from ...agents.event import CONDUCTOR, Event
from ...agents.message import Assess, Choice, Choose, Reward
from ...agents.models.absent import Absent
from ...agents.replay import Memory, Recalled
from .plan import Plan, answer_by


class DryRun(Memory):
    """A memory that knows an empty answer to every call and counts the calls."""

    def __init__(self) -> None:
        super().__init__((), "fork")
        self.calls: Counter[str] = Counter()

    def recall(self, question: str, route: tuple[str, str], turn: int, message: Message) -> Recalled:
        """An empty reply of the right type."""
        sender, to = route
        asked = Event(0, None, question, sender, to, turn, message, 0.0)
        if sender == CONDUCTOR != to:
            self.calls[to] += 1
        reply = replace(asked, sender=to, to=CONDUCTOR, message=empty_reply(message))
        return Recalled(asked, reply)


def empty_reply(message: Message) -> Message:
    """What an agent with nothing to say replies."""
    if isinstance(message, Choose):
        return Choice(labels=message.labels, logprobs=(0.0,) * len(message.labels))
    if isinstance(message, Assess):
        return Reward(value=0.0)
    if isinstance(message, Decode):
        return Decoded(answer=Answer(text="", logprobs=(0.0,)))
    return Answer(text="", logprobs=(0.0,))


async def calls_per_question(plan: Plan) -> Mapping[str, int]:
    """How often each member of the outermost team is called for one question.

    Nothing where that depends on what `prepare` finds.
    """
    dry_run = DryRun()
    absent = {member.name: Absent(member.name) for member in plan.part.members}
    team = Team(absent, plan.part.topology, Context(memory=dry_run))
    try:
        await answer_by(plan.part)(team, Ask(text=""))
    except SymposiaError:
        return {}
    return dry_run.calls
