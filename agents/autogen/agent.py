"""An AgentChat agent as a writer."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final
from weakref import WeakKeyDictionary

from autogen_agentchat.base import ChatAgent, Response
from autogen_agentchat.base import Team as GroupChat
from autogen_agentchat.messages import TextMessage, ThoughtEvent
from autogen_core import CancellationToken

from ..accounting import Usage
from ..collective import as_question
from ..message import Answer, Finish, Sampling
from ..models.base import GREEDY
from ..turn import Turn
from .client import FINISHES


class Agentic:
    """An AgentChat agent as a writer.

    Each call begins from the state that the agent had before its first one, so calls are independent, and runs alone,
    under another wrapper of the same agent too. The agent samples as its own model client is configured; the `sampling`
    of a call has no effect.

    >>> from autogen_agentchat.agents import AssistantAgent
    >>> from symposia.agents.autogen import Client
    >>> from symposia.agents.models.scripted import Scripted
    >>> writer = Agentic(AssistantAgent("solver", model_client=Client(Scripted("four"))))
    >>> asyncio.run(writer.write([Turn("user", "2 + 2?")])).text
    'four'
    """

    def __init__(self, agent: ChatAgent) -> None:
        self.agent = agent
        self._start = STARTS.setdefault(agent, Start())

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        """The agent's reply; several turns are passed to it as one transcript."""
        token = CancellationToken()
        task = TextMessage(content=as_question(turns).text, source="user")
        finishes: list[Finish] = []
        async with self._start.turn():
            try:
                await self._start.back_to(self.agent, lambda: self.agent.on_reset(token))
                noting = FINISHES.set(finishes)
                try:
                    response = await self.agent.on_messages([task], token)
                finally:
                    FINISHES.reset(noting)
            except asyncio.CancelledError:
                token.cancel()
                raise
        return as_answer(response, finishes[-1] if finishes else "eos")


class Start:
    """The state that an agent had before its first call, and its turns, one at a time in any event loop.

    >>> Start().state is None
    True
    """

    def __init__(self) -> None:
        self.state: Mapping[str, Any] | None = None
        self._locks: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()

    def turn(self) -> asyncio.Lock:
        """The lock of the running event loop."""
        return self._locks.setdefault(asyncio.get_running_loop(), asyncio.Lock())

    async def back_to(self, agent: ChatAgent | GroupChat, reset: Callable[[], Awaitable[None]]) -> None:
        """Reset an agent, or a team of them, to its first state, which is saved the first time."""
        if self.state is None:
            self.state = await agent.save_state()
        await reset()
        await agent.load_state(self.state)


STARTS: Final[WeakKeyDictionary[ChatAgent, Start]] = WeakKeyDictionary()
"""The first states of agents that are writers."""


def as_answer(response: Response, finish: Finish) -> Answer:
    """An AgentChat response as an answer that ended so, with the thoughts and the usage of all its messages."""
    messages = [*(response.inner_messages or ()), response.chat_message]
    used = [message.models_usage for message in messages if message.models_usage is not None]
    thoughts = [message.content for message in messages if isinstance(message, ThoughtEvent)]
    return Answer(
        text=response.chat_message.to_text(),
        finish=finish,
        reasoning="\n".join(thoughts) if thoughts else None,
        usage=Usage(
            prompt_tokens=sum(usage.prompt_tokens for usage in used),
            completion_tokens=sum(usage.completion_tokens for usage in used),
            calls=len(used),
        ),
    )
