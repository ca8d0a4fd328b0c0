"""An AgentChat agent as a writer."""

import asyncio
from collections.abc import Sequence

from autogen_agentchat.base import ChatAgent, Response
from autogen_agentchat.messages import TextMessage, ThoughtEvent
from autogen_core import CancellationToken

from ..accounting import Usage
from ..collective import as_question
from ..message import Answer, Sampling
from ..models.base import GREEDY
from ..turn import Turn


class Agentic:
    """An AgentChat agent as a writer.

    Each call resets the agent first, so calls are independent, and runs alone. The agent samples as its own model
    client is configured; the `sampling` of a call has no effect.

    >>> from autogen_agentchat.agents import AssistantAgent
    >>> from symposia.agents.autogen import Client
    >>> from symposia.agents.models.scripted import Scripted
    >>> writer = Agentic(AssistantAgent("solver", model_client=Client(Scripted("four"))))
    >>> asyncio.run(writer.write([Turn("user", "2 + 2?")])).text
    'four'
    """

    def __init__(self, agent: ChatAgent) -> None:
        self.agent = agent
        self._turn = asyncio.Lock()

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        """The agent's reply; several turns are passed to it as one transcript."""
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
    """An AgentChat response as an answer, with the thoughts and the usage of all its messages."""
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
