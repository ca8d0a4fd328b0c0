"""A Python function as a tool."""

import asyncio
import json
from collections.abc import Callable, Mapping
from inspect import Parameter, getdoc, iscoroutinefunction, signature
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from ..errors import BadHandler
from ..parts import Tool
from .messages import ToolFailed


class Function:
    """A function that a model may call; its arguments are validated by its annotations. See `function_tool`.

    >>> def add(a: int, b: int = 1) -> int:
    ...     '''Adds two numbers.'''
    ...     return a + b
    >>> asyncio.run(Function(add).call({"a": 2}))
    '3'
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.arguments = arguments_of(function)
        schema = {name: part for name, part in self.arguments.model_json_schema().items() if name != "title"}
        self.tool = Tool(name=function.__name__, description=getdoc(function) or "", parameters=schema)

    async def call(self, arguments: Mapping[str, Any]) -> str:
        """The function's value: text as it is, all else as JSON. Raises `ToolFailed` for what it raises."""
        try:
            given = self.arguments.model_validate(arguments)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "arguments"
            raise ToolFailed(f"{self.tool.name}: {where}: {first['msg']}. Call it with other arguments.") from None
        values = {name: getattr(given, name) for name in type(given).model_fields}
        try:
            if iscoroutinefunction(self.function):
                value = await self.function(**values)
            else:
                value = await asyncio.to_thread(self.function, **values)
        except Exception as error:
            raise ToolFailed(f"{self.tool.name}: {type(error).__name__}: {error}") from error
        return value if isinstance(value, str) else json.dumps(value, default=str)


def function_tool(function: Callable[..., Any]) -> Function:
    """A function, or coroutine function, as a tool: its name, its docstring, and its annotated parameters.

    Raises `BadHandler` for a parameter without an annotation.

    >>> def double(number: int) -> int:
    ...     '''Doubles a number.'''
    ...     return 2 * number
    >>> function_tool(double).tool.parameters["required"]
    ['number']
    """
    return Function(function)


def arguments_of(function: Callable[..., Any]) -> type[BaseModel]:
    """The arguments of a function as a pydantic type. Raises `BadHandler`."""
    hints = get_type_hints(function, include_extras=True)
    fields: dict[str, Any] = {}
    for name, parameter in signature(function).parameters.items():
        if name not in hints or parameter.kind in (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD):
            raise BadHandler(
                f"{function.__name__}: a model cannot fill {parameter}. Annotate each parameter by its type."
            )
        fields[name] = (hints[name], ... if parameter.default is Parameter.empty else parameter.default)
    made: type[BaseModel] = create_model(function.__name__, __config__=ConfigDict(extra="forbid"), **fields)
    return made
