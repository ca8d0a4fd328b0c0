"""An AgentChat agent as a writer."""

import asyncio
from collections.abc import Sequence

from autogen_agentchat.base import ChatAgent, Response
from autogen_agentchat.messages import TextMessage, ThoughtEvent
from autogen_core import CancellationToken

from ..accounting import Usage
from ..collective import as_question
from ..message import Answer, Sampling, Turn
from ..models.base import GREEDY


class Agentic:
    """An AgentChat agent as a writer.

    Each call starts from a reset agent, so calls do not know each other, and they take turns. The
    agent samples as its own model client is set: the sampling asked for here cannot reach it.
    """

    def __init__(self, agent: ChatAgent) -> None:
        self.agent = agent
        self._turn = asyncio.Lock()

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        """What the agent replies; several turns reach it as one transcript."""
        token = CancellationToken()
        task = TextMessage(content=as_question(turns).text, source="user")
        async with self._turn:
            try:
                await self.agent.on_reset(token)
                response = await self.agent.on_messages([task], token)
            except asyncio.CancelledError:
                token.cancel()
                raise
        return as_answer(response)


def as_answer(response: Response) -> Answer:
    """The reply with the thoughts and the usage of all that led to it."""
    messages = [*(response.inner_messages or ()), response.chat_message]
    used = [message.models_usage for message in messages if message.models_usage is not None]
    thoughts = [message.content for message in messages if isinstance(message, ThoughtEvent)]
    return Answer(
        text=response.chat_message.to_text(),
        reasoning="\n".join(thoughts) if thoughts else None,
        usage=Usage(
            prompt_tokens=sum(usage.prompt_tokens for usage in used),
            completion_tokens=sum(usage.completion_tokens for usage in used),
            calls=len(used),
        ),
    )
