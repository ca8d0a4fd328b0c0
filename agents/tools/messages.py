"""The messages between a team and its tools, and what can be called."""

from collections.abc import Mapping
from typing import Any, Protocol

from pydantic import Field

from ..errors import SymposiaError
from ..frozen import is_empty
from ..message import Message
from ..parts import Tool, ToolCall, ToolResult


class CallTool(Message, tag="tools.call/1"):
    """Asks the agent of a tool to call it, as a model wrote it.

    >>> CallTool(call=ToolCall(id="1", name="add", arguments='{"a": 2, "b": 3}')).call.name
    'add'
    """

    call: ToolCall


class ToolSaid(Message, tag="tools.said/1"):
    """The result of a tool call. `failed` says that it is the text of an error, `cut` how many characters are missing.

    >>> ToolSaid(result=ToolResult(id="1", text="5")).failed
    False
    """

    result: ToolResult
    failed: bool = False
    cut: int | None = Field(default=None, exclude_if=is_empty)


class ToolFailed(SymposiaError):
    """A tool could not do what it was asked to; its model is told, and may ask otherwise."""


class Callable(Protocol):
    """A tool that can be called."""

    @property
    def tool(self) -> Tool:
        """Its name, what it does, and the JSON schema of its arguments, as a model is told."""
        ...

    async def call(self, arguments: Mapping[str, Any]) -> str:
        """Call it; returns its result as text, which is not to be trusted. Raises `ToolFailed`."""
        ...
