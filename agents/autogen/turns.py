"""AgentChat's messages, tools and forms as ours, and our answers as AgentChat's."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, NoReturn

from autogen_core import FunctionCall
from autogen_core.models import (
    AssistantMessage,
    CreateResult,
    FunctionExecutionResultMessage,
    LLMMessage,
    RequestUsage,
    SystemMessage,
    UserMessage,
)
from autogen_core.tools import Tool as CoreTool
from autogen_core.tools import ToolSchema
from pydantic import BaseModel

from ..accounting import Usage
from ..errors import MissingCapability
from ..json_form import Form
from ..message import Answer, Finish
from ..models.base import Writer
from ..models.forcing import forces_schema
from ..models.reads import calls_tools
from ..parts import Part, Text, Tool, ToolCall, ToolResult
from ..turn import Turn

FINISH: Final[Mapping[Finish, Literal["stop", "length", "function_calls", "content_filter", "unknown"]]] = {
    "eos": "stop",
    "stop_string": "stop",
    "length": "length",
    "unfinished": "length",
    "refused": "content_filter",
    "cancelled": "unknown",
    "tool_calls": "function_calls",
}
"""AgentChat's finish reasons."""


def as_turn(message: LLMMessage) -> Turn:
    """A message as a turn. Raises `MissingCapability` for images."""
    if isinstance(message, SystemMessage):
        return Turn("system", message.content)
    if isinstance(message, FunctionExecutionResultMessage):
        return Turn("tool", tuple(ToolResult(id=one.call_id, text=one.content) for one in message.content))
    role: Literal["user", "assistant"] = "user" if isinstance(message, UserMessage) else "assistant"
    if isinstance(message.content, str):
        return Turn(role, message.content)
    if isinstance(message, AssistantMessage):
        words: tuple[Part, ...] = (Text(text=message.thought),) if message.thought else ()
        calls = tuple(ToolCall(id=one.id, name=one.name, arguments=one.arguments) for one in message.content)
        return Turn(role, (*words, *calls))
    cannot(f"a {message.type} that is not text")


def as_result(answer: Answer) -> CreateResult:
    """An answer as a model client gives it: its text, or the tools it calls, with its text as a thought."""
    calls = [FunctionCall(id=one.id, name=one.name, arguments=one.arguments) for one in answer.tool_calls]
    return CreateResult(
        finish_reason=FINISH[answer.finish],
        content=calls or answer.text,
        usage=requested(answer.usage),
        cached=False,
        thought=(answer.text or answer.reasoning or None) if calls else answer.reasoning,
    )


def offered(writer: Writer, tools: Sequence[CoreTool | ToolSchema], choice: object) -> dict[str, Any]:
    """Tools as a change to the sampling. Raises `MissingCapability` for a writer that calls none."""
    if not tools or choice == "none":
        return {}
    if not calls_tools(writer):
        cannot("tools")
    if choice != "auto":
        cannot("a tool that must be called")
    return {"tools": tuple(as_tool(one if isinstance(one, dict) else one.schema) for one in tools)}


def as_tool(schema: ToolSchema) -> Tool:
    """A tool by its schema."""
    given: dict[str, Any] = dict(schema)
    parts = {name: given[name] for name in ("description", "parameters") if given.get(name)}
    return Tool(name=given["name"], **parts)


def form(writer: Writer, wanted: bool | type[BaseModel] | None) -> dict[str, Any]:
    """A form of JSON as a change to the sampling. Raises `MissingCapability` for a writer that keeps to none."""
    if not wanted:
        return {}
    if not forces_schema(writer):
        cannot("forced JSON")
    return {"json_schema": {"type": "object"} if wanted is True else Form.of(wanted).schema}


def requested(usage: Usage) -> RequestUsage:
    """Usage as autogen's `RequestUsage`."""
    return RequestUsage(prompt_tokens=usage.prompt_tokens, completion_tokens=usage.completion_tokens)


def cannot(what: str) -> NoReturn:
    """Raise `MissingCapability` for a feature that a writer lacks."""
    raise MissingCapability(f"model client: cannot do {what}. It writes text alone: use one of autogen's for that.")
