"""A writer as the model client of an AgentChat agent."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextvars import ContextVar
from typing import Any, Final, Literal, NoReturn

from autogen_core import CancellationToken
from autogen_core.models import (
    AssistantMessage,
    ChatCompletionClient,
    CreateResult,
    LLMMessage,
    ModelInfo,
    RequestUsage,
    SystemMessage,
    UserMessage,
)
from autogen_core.models import ModelCapabilities as Capabilities
from autogen_core.tools import Tool, ToolSchema
from pydantic import BaseModel

from ..accounting import Usage
from ..errors import MissingCapability, UnknownName
from ..message import Finish, Sampling
from ..models.base import GREEDY, Writer
from ..turn import Turn

FINISH: Final[Mapping[Finish, Literal["stop", "length", "content_filter", "unknown"]]] = {
    "eos": "stop",
    "stop_string": "stop",
    "length": "length",
    "unfinished": "length",
    "refused": "content_filter",
    "cancelled": "unknown",
    "tool_calls": "unknown",
}


FINISHES: Final[ContextVar[list[Finish] | None]] = ContextVar("finishes", default=None)
"""Where clients note how the answers of the current call ended: AgentChat's responses do not say it."""


class Client(ChatCompletionClient):
    """Any writer (a model, a team) as AgentChat's model client.

    It writes text alone: tools, forced JSON and images raise `MissingCapability`. `extra_create_args` may override
    fields of the sampling.

    >>> from symposia.agents.models.scripted import Scripted
    >>> client = Client(Scripted("four"))
    >>> asyncio.run(client.create([UserMessage(content="2 + 2?", source="user")])).content
    'four'
    """

    def __init__(self, writer: Writer, sampling: Sampling = GREEDY) -> None:
        self.writer = writer
        self.sampling = sampling
        self._usage = Usage()

    async def create(  # noqa: PLR0913 (autogen's signature)
        self,
        messages: Sequence[LLMMessage],
        *,
        tools: Sequence[Tool | ToolSchema] = (),
        tool_choice: Tool | Literal["auto", "required", "none"] = "auto",
        json_output: bool | type[BaseModel] | None = None,
        extra_create_args: Mapping[str, Any] = {},
        cancellation_token: CancellationToken | None = None,
    ) -> CreateResult:
        """The writer's answer to these messages.

        Raises `MissingCapability`, `UnknownName`, and what the writer raises.
        """
        if tools or json_output:
            cannot("tools" if tools else "forced JSON")
        for name in extra_create_args.keys() - Sampling.model_fields.keys():
            raise UnknownName("field of the sampling", name, Sampling.model_fields, where="extra_create_args")
        sampling = Sampling(**{**self.sampling.model_dump(), **extra_create_args})
        writing = asyncio.ensure_future(self.writer.write([as_turn(message) for message in messages], sampling))
        if cancellation_token is not None:
            cancellation_token.link_future(writing)
        answer = await writing
        self._usage += answer.usage
        if (finishes := FINISHES.get()) is not None:
            finishes.append(answer.finish)
        return CreateResult(
            finish_reason=FINISH[answer.finish],
            content=answer.text,
            usage=requested(answer.usage),
            cached=False,
            thought=answer.reasoning,
        )

    async def create_stream(
        self,
        messages: Sequence[LLMMessage],
        **options: Any,  # noqa: ANN401 (as those of create)
    ) -> AsyncGenerator[str | CreateResult, None]:
        """Yield the answer in one piece, then the result with its usage."""
        result = await self.create(messages, **options)
        yield str(result.content)
        yield result

    def dump_component(self) -> NoReturn:
        """Raise `MissingCapability`: a writer is an object of this process."""
        raise MissingCapability("model client: cannot be written to a file, nor can what has it. Build it in Python.")

    async def close(self) -> None:
        """Do nothing: the writer's owner closes it."""

    def actual_usage(self) -> RequestUsage:
        """The tokens of all answers so far."""
        return requested(self._usage)

    def total_usage(self) -> RequestUsage:
        """The tokens of all answers so far."""
        return requested(self._usage)

    def count_tokens(self, messages: Sequence[LLMMessage], *, tools: Sequence[Tool | ToolSchema] = ()) -> int:
        """Raise `MissingCapability`: a writer does not show its tokens."""
        cannot("token counts ahead")

    def remaining_tokens(self, messages: Sequence[LLMMessage], *, tools: Sequence[Tool | ToolSchema] = ()) -> int:
        """Raise `MissingCapability`: a writer does not show its tokens."""
        cannot("token counts ahead")

    @property
    def model_info(self) -> ModelInfo:
        """The model's capabilities: text alone."""
        return ModelInfo(
            vision=False, function_calling=False, json_output=False, family="unknown", structured_output=False
        )

    @property
    def capabilities(self) -> Capabilities:
        """The capabilities as in `model_info`, in autogen's older form."""
        return Capabilities(vision=False, function_calling=False, json_output=False)


def as_turn(message: LLMMessage) -> Turn:
    """An autogen message as a turn. Raises `MissingCapability` for images and tool calls."""
    if isinstance(message, SystemMessage):
        return Turn(role="system", text=message.content)
    if isinstance(message, UserMessage | AssistantMessage) and isinstance(message.content, str):
        return Turn(role="user" if isinstance(message, UserMessage) else "assistant", text=message.content)
    cannot(f"a {message.type} that is not text")


def requested(usage: Usage) -> RequestUsage:
    """Usage as autogen's `RequestUsage`."""
    return RequestUsage(prompt_tokens=usage.prompt_tokens, completion_tokens=usage.completion_tokens)


def cannot(what: str) -> NoReturn:
    """Raise `MissingCapability` for a feature that writers lack."""
    raise MissingCapability(f"model client: cannot do {what}. It writes text alone: use one of autogen's for that.")
