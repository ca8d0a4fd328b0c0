"""Messages to the subscribers of a topic: those of this process get each, its sender left out."""

import asyncio
from collections.abc import Awaitable, Callable

from autogen_core import AgentId, TopicId

from ...errors import SymposiaError
from ...message import Message
from ..subscriptions import Subscriptions
from .frame import Frame
from .hosted import agent_of
from .topics import Place

Send = Callable[[Message, AgentId, AgentId | None], Awaitable[object]]
"""Sends a message to an agent, in the name of another."""


class Posts:
    """Delivers posted messages by `send`; what fails, and nobody waits for, is added to `failures`.

    >>> Posts(None, []).subscriptions.listeners(TopicId("news", "q"))
    ()
    """

    def __init__(self, send: Send, failures: list[BaseException]) -> None:
        self.subscriptions = Subscriptions()
        self._send, self._failures = send, failures
        self._tasks: set[asyncio.Task[None]] = set()

    def posted(self, place: Place, frame: Frame) -> None:
        """Deliver a message to the subscribers of this process. Raises `BadMessage`."""
        sender = agent_of(frame.header.sender)
        message = frame.message()
        for agent in self.subscriptions.listeners(TopicId(place.kind, place.name)):
            if agent != sender:
                task = asyncio.create_task(self._delivered(message, agent, sender))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _delivered(self, message: Message, agent: AgentId, sender: AgentId | None) -> None:
        try:
            await self._send(message, agent, sender)
        except SymposiaError as error:
            self._failures.append(error)
