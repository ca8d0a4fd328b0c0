"""Lists in fields of rows, which some data sets write out as text."""

import ast
import json
from typing import Any


def listed(value: Any) -> list[Any]:  # noqa: ANN401 - a field of a row
    """A list, or one that is written in JSON or as Python prints it; empty for anything else.

    >>> listed('["a", "b"]'), listed("['a', None]"), listed("none"), listed(None)
    (['a', 'b'], ['a', None], [], [])
    """
    if isinstance(value, str):
        value = _read(value)
    return list(value) if isinstance(value, list | tuple) else []


def _read(text: str) -> Any:  # noqa: ANN401
    for read in (json.loads, ast.literal_eval):
        try:
            return read(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
    return None
