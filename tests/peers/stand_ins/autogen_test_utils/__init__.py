"""Agents and messages that autogen-core's tests import, from a package that is on no index: as those tests use them."""

from dataclasses import dataclass
from typing import Any

from autogen_core import BaseAgent, DefaultTopicId, MessageContext, RoutedAgent, default_subscription, message_handler


@dataclass
class MessageType:
    """A message without content."""


@dataclass
class ContentMessage:
    """A message with a text."""

    content: str


@dataclass
class CascadingMessageType:
    """A message that is passed on, and how often it was."""

    round: int


class LoopbackAgent(RoutedAgent):
    """Returns what it is sent, and keeps it."""

    def __init__(self) -> None:
        super().__init__("A loop back agent.")
        self.num_calls = 0
        self.received_messages: list[Any] = []

    @message_handler
    async def on_new_message(
        self, message: MessageType | ContentMessage, ctx: MessageContext
    ) -> MessageType | ContentMessage:
        self.num_calls += 1
        self.received_messages.append(message)
        return message


@default_subscription
class LoopbackAgentWithDefaultSubscription(LoopbackAgent):
    """A loop back agent that hears the default topic."""


@default_subscription
class CascadingAgent(RoutedAgent):
    """Publishes what it hears, with the next round, until the last."""

    def __init__(self, max_rounds: int) -> None:
        super().__init__("A cascading agent.")
        self.num_calls = 0
        self.max_rounds = max_rounds

    @message_handler
    async def on_new_message(self, message: CascadingMessageType, ctx: MessageContext) -> None:
        self.num_calls += 1
        if message.round < self.max_rounds:
            await self.publish_message(CascadingMessageType(message.round + 1), topic_id=DefaultTopicId())


class NoopAgent(BaseAgent):
    """Handles nothing."""

    def __init__(self) -> None:
        super().__init__("A no op agent")

    async def on_message_impl(self, message: Any, ctx: MessageContext) -> Any:
        raise NotImplementedError
