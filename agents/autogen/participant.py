"""A writer, a model or a whole team of ours, as an AgentChat agent."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from autogen_agentchat.agents import BaseChatAgent
from autogen_agentchat.base import Response
from autogen_agentchat.messages import BaseChatMessage, TextMessage
from autogen_core import CancellationToken

from ..message import Sampling
from ..models.base import GREEDY, Writer
from ..turn import Turn
from .turns import requested


class Participant(BaseChatAgent):
    """A writer in an AgentChat team: it remembers what was said, and answers.

    What `user` says is a user turn as it is; what other agents say is one that begins with their name.

    >>> from symposia.agents.models.scripted import Scripted
    >>> result = asyncio.run(Participant("panel", Scripted("four")).run(task="2 + 2?"))
    >>> result.messages[-1].to_text()
    'four'
    """

    def __init__(
        self, name: str, writer: Writer, *, description: str = "A model or a team.", sampling: Sampling = GREEDY
    ) -> None:
        super().__init__(name, description)
        self.writer = writer
        self.sampling = sampling
        self._turns: list[Turn] = []

    @property
    def produced_message_types(self) -> Sequence[type[BaseChatMessage]]:
        """Text alone."""
        return (TextMessage,)

    async def on_messages(self, messages: Sequence[BaseChatMessage], cancellation_token: CancellationToken) -> Response:
        """The writer's answer to all that was said so far. Raises what the writer raises."""
        self._turns += [as_heard(message) for message in messages]
        writing = asyncio.ensure_future(self.writer.write(tuple(self._turns), self.sampling))
        cancellation_token.link_future(writing)
        answer = await writing
        self._turns.append(Turn("assistant", answer.text))
        used = requested(answer.usage)
        return Response(chat_message=TextMessage(content=answer.text, source=self.name, models_usage=used))

    async def on_reset(self, cancellation_token: CancellationToken) -> None:
        """Forget what was said."""
        self._turns.clear()

    async def save_state(self) -> Mapping[str, Any]:
        """The turns said so far, as JSON-able data."""
        return {"turns": [turn.model_dump(mode="json") for turn in self._turns]}

    async def load_state(self, state: Mapping[str, Any]) -> None:
        """Restore what was said."""
        self._turns = [Turn(one["role"], one["content"]) for one in state["turns"]]


def as_heard(message: BaseChatMessage) -> Turn:
    """A chat message as a turn."""
    text = message.to_text()
    return Turn("user", text if message.source == "user" else f"{message.source}: {text}")
