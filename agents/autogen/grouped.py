"""A whole AgentChat team as a writer."""

import asyncio
from collections.abc import Sequence

from autogen_agentchat.base import TaskResult
from autogen_agentchat.base import Team as GroupChat
from autogen_agentchat.messages import BaseAgentEvent, BaseChatMessage, TextMessage
from autogen_core import CancellationToken

from ..accounting import Usage
from ..collective import as_question
from ..errors import CallFailed
from ..message import Answer, Sampling
from ..models.base import GREEDY
from ..turn import Turn
from .agent import Start


class Grouped:
    """An AgentChat team as a writer: its answer is the last message of its conversation about a prompt.

    Each call begins from the state that the team had before its first one, and calls run one after another. Its agents
    sample as their own model clients are configured; the `sampling` of a call has no effect.

    >>> from autogen_agentchat.conditions import MaxMessageTermination
    >>> from autogen_agentchat.teams import RoundRobinGroupChat
    >>> from symposia.agents.autogen import Participant
    >>> from symposia.agents.models.scripted import Scripted
    >>> agents = [Participant("a", Scripted("three")), Participant("b", Scripted("no, four"))]
    >>> team = RoundRobinGroupChat(agents, termination_condition=MaxMessageTermination(3))
    >>> asyncio.run(Grouped(team).write([Turn("user", "2 + 2?")])).text
    'no, four'
    """

    def __init__(self, team: GroupChat) -> None:
        self.team = team
        self._start = Start()

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        """The team's answer; several turns are passed to it as one transcript. Raises `CallFailed` for none."""
        token = CancellationToken()
        task = TextMessage(content=as_question(turns).text, source="user")
        async with self._start.turn():
            await self._start.back_to(self.team, self.team.reset)
            try:
                result = await self.team.run(task=task, cancellation_token=token)
            except asyncio.CancelledError:
                token.cancel()
                raise
        return as_answer(result, task)


def as_answer(result: TaskResult, task: TextMessage) -> Answer:
    """The last message that an agent sent, with the usage of all messages. Raises `CallFailed` where there is none."""
    said: list[BaseAgentEvent | BaseChatMessage] = [one for one in result.messages if one.id != task.id]
    texts = [one.to_text() for one in said if isinstance(one, BaseChatMessage)]
    if not texts:
        raise CallFailed(f"group chat: nobody said a thing ({result.stop_reason}). Let it speak before it stops.")
    used = [one.models_usage for one in said if one.models_usage is not None]
    return Answer(
        text=texts[-1],
        usage=Usage(
            prompt_tokens=sum(usage.prompt_tokens for usage in used),
            completion_tokens=sum(usage.completion_tokens for usage in used),
            calls=len(used),
        ),
    )
