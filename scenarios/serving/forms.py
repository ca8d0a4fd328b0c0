"""Answers in OpenAI's forms: why they ended, what they cost, and text in pieces."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from ...agents.accounting import Usage
from ...agents.message import Answer, Finish

FINISH: Final[Mapping[Finish, str]] = {
    "eos": "stop",
    "stop_string": "stop",
    "length": "length",
    "unfinished": "length",
    "refused": "content_filter",
    "cancelled": "stop",
    "tool_calls": "tool_calls",
}
"""OpenAI's finish reasons."""

PIECE: Final = re.compile(r"\s*\S+\s*$|\s*\S+|\s+")
"""A word with the space before it."""


def pieces(text: str) -> list[str]:
    """A text that came whole, in words.

    >>> pieces("four or five ")
    ['four', ' or', ' five ']
    """
    return PIECE.findall(text)


def usage_of(spent: Iterable[Usage]) -> dict[str, Any]:
    """What all calls cost; `calls` and `cost` (US dollars, if known) are ours."""
    total = sum(spent, Usage())
    found: dict[str, Any] = {
        "prompt_tokens": total.prompt_tokens,
        "completion_tokens": total.completion_tokens,
        "total_tokens": total.prompt_tokens + total.completion_tokens,
        "calls": total.calls,
    }
    return found if total.cost is None else {**found, "cost": total.cost}


def message_of(answer: Answer) -> dict[str, Any]:
    """The assistant's message of an answer."""
    found: dict[str, Any] = {"role": "assistant", "content": answer.text or (None if answer.tool_calls else "")}
    if answer.reasoning:
        found["reasoning_content"] = answer.reasoning
    if answer.tool_calls:
        found["tool_calls"] = calls_of(answer)
    return found


def calls_of(answer: Answer) -> list[dict[str, Any]]:
    """The tool calls of an answer."""
    return [
        {"index": place, "id": one.id, "type": "function", "function": {"name": one.name, "arguments": one.arguments}}
        for place, one in enumerate(answer.tool_calls)
    ]
