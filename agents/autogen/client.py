"""A writer as the model client of an AgentChat agent."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextvars import ContextVar
from typing import Any, Final, Literal, NoReturn

from autogen_core import CancellationToken
from autogen_core.models import ChatCompletionClient, CreateResult, LLMMessage, ModelInfo, RequestUsage
from autogen_core.models import ModelCapabilities as Capabilities
from autogen_core.tools import Tool, ToolSchema
from pydantic import BaseModel

from ..accounting import Usage
from ..errors import MissingCapability, UnknownName
from ..message import Finish, Sampling
from ..models.base import GREEDY, Writer
from ..models.forcing import forces_schema
from ..models.reads import calls_tools
from .turns import as_result, as_turn, cannot, form, offered, requested

FINISHES: Final[ContextVar[list[Finish] | None]] = ContextVar("finishes", default=None)
"""Where clients note how the answers of the current call ended: AgentChat's responses do not say it."""


class Client(ChatCompletionClient):
    """Any writer (a model, a team) as AgentChat's model client.

    It is offered tools where it calls them, and kept to a form of JSON where it can be; elsewhere these, and images
    anywhere, raise `MissingCapability`. `extra_create_args` may override fields of the sampling.

    >>> from autogen_core.models import UserMessage
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
        for name in extra_create_args.keys() - Sampling.model_fields.keys():
            raise UnknownName("field of the sampling", name, Sampling.model_fields, where="extra_create_args")
        asked = offered(self.writer, tools, tool_choice) | form(self.writer, json_output)
        sampling = Sampling.model_validate({**dict(self.sampling), **extra_create_args, **asked})
        writing = asyncio.ensure_future(self.writer.write([as_turn(message) for message in messages], sampling))
        if cancellation_token is not None:
            cancellation_token.link_future(writing)
        answer = await writing
        self._usage += answer.usage
        if (finishes := FINISHES.get()) is not None:
            finishes.append(answer.finish)
        return as_result(answer)

    async def create_stream(
        self,
        messages: Sequence[LLMMessage],
        **options: Any,  # noqa: ANN401 (as those of create)
    ) -> AsyncGenerator[str | CreateResult, None]:
        """Yield the answer in one piece, if it is a text, then the result with its usage."""
        result = await self.create(messages, **options)
        if isinstance(result.content, str):
            yield result.content
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
        """The capabilities of the writer: whether it calls tools and keeps to a schema. Images are not passed on."""
        tools, json = calls_tools(self.writer), forces_schema(self.writer)
        return ModelInfo(
            vision=False,
            function_calling=tools,
            json_output=json,
            family="unknown",
            structured_output=json,
            multiple_system_messages=True,
        )

    @property
    def capabilities(self) -> Capabilities:
        """The capabilities as in `model_info`, in autogen's older form."""
        info = self.model_info
        return Capabilities(vision=False, function_calling=info["function_calling"], json_output=info["json_output"])
