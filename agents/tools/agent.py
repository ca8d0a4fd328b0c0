"""The agent of a tool."""

import asyncio
import json
from typing import Any, Final, NamedTuple

from ..agent import Agent, handles
from ..parts import ToolResult
from .messages import Callable, CallTool, ToolFailed, ToolSaid


class Limits(NamedTuple):
    """The most that a tool call may take: seconds, and characters of its result; more are cut off.

    >>> Limits().seconds
    60.0
    """

    seconds: float = 60.0
    characters: int = 20_000


USUAL: Final = Limits()


class ToolAgent(Agent):
    """Calls a tool; a failure of the tool is a result that says so.

    >>> from symposia.agents.parts import ToolCall
    >>> from symposia.agents.tools.functions import function_tool
    >>> def add(a: int, b: int) -> int:
    ...     return a + b
    >>> call = CallTool(call=ToolCall(id="1", name="add", arguments='{"a": 2, "b": 3}'))
    >>> asyncio.run(ToolAgent("tool.add", function_tool(add)).receive(call)).result.text
    '5'
    """

    def __init__(self, name: str, tool: Callable, limits: Limits = USUAL) -> None:
        super().__init__(name)
        self.tool = tool
        self.limits = limits

    @handles
    async def use(self, message: CallTool) -> ToolSaid:
        """The tool's result, within the limits."""
        call = message.call
        try:
            async with asyncio.timeout(self.limits.seconds):
                return self._said(call.id, await self.tool.call(arguments_in(call.name, call.arguments)))
        except TimeoutError:
            return self._said(call.id, f"{call.name}: no result within {self.limits.seconds:g} s.", failed=True)
        except ToolFailed as error:
            return self._said(call.id, str(error), failed=True)

    def _said(self, number: str, text: str, *, failed: bool = False) -> ToolSaid:
        """A result of at most the characters that are allowed."""
        over = len(text) - self.limits.characters
        if over > 0:
            text = f"{text[: self.limits.characters]}\n[{over} more characters were left out]"
        return ToolSaid(result=ToolResult(id=number, text=text), failed=failed, cut=over if over > 0 else None)


def arguments_in(name: str, text: str) -> dict[str, Any]:
    """The arguments that a model wrote. Raises `ToolFailed` unless they are a JSON object."""
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ToolFailed(f"{name}: the arguments are not a JSON object. Call it with one.")
    return found
