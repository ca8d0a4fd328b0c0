"""The messages of requests as turns. Nothing is fetched: images come with the request, as data URLs."""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError

from ...agents.parts import Image, Part, Text, Tool, ToolCall, ToolResult
from ...agents.turn import Role, Turn
from .errors import Refused

ROLES: Final[Mapping[str, Role]] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "assistant": "assistant",
    "tool": "tool",
}
TEXTS: Final = ("text", "input_text", "output_text", "refusal")
DATA_URL: Final = re.compile(r"data:image/[a-z.+-]+;base64,(.*)", re.DOTALL)


def turns_of(messages: Sequence[Mapping[str, Any]], param: str = "messages") -> tuple[Turn, ...]:
    """The turns of chat messages. Raises `Refused`, which names the message.

    >>> turns_of([{"role": "user", "content": [{"type": "text", "text": "2 + 2?"}]}])[0].text
    '2 + 2?'
    """
    return tuple(turn_of(message, f"{param}.{place}", param) for place, message in enumerate(messages))


def turn_of(message: Mapping[str, Any], where: str, param: str) -> Turn:
    """The turn of one message."""
    role = ROLES.get(str(message.get("role")))
    if role is None:
        raise Refused(400, f"{where}.role: {message.get('role')!r} is none. Use {', '.join(ROLES)}.", param=param)
    content = message.get("content")
    if role == "tool":
        words = "".join(part.text for part in parts_of(content, where, param) if isinstance(part, Text))
        return Turn(role, (ToolResult(id=str(message.get("tool_call_id", "")), text=words),))
    calls = tuple(call_of(call, where, param) for call in message.get("tool_calls") or ())
    if isinstance(content, str) and not calls:
        return Turn(role, content)
    return Turn(role, (*parts_of(content, where, param), *calls))


def parts_of(content: object, where: str, param: str) -> tuple[Part, ...]:
    """The parts of a message's content: a text, a list of parts, or nothing."""
    if content is None:
        return ()
    if isinstance(content, str):
        return (Text(text=content),)
    if not isinstance(content, list) or not all(isinstance(part, dict) for part in content):
        raise Refused(400, f"{where}.content: neither a text nor a list of parts. Write one of them.", param=param)
    return tuple(part_of(part, where, param) for part in content)


def part_of(part: Mapping[str, Any], where: str, param: str) -> Part:
    """A text or an image."""
    kind = part.get("type")
    if kind in TEXTS:
        return Text(text=str(part.get("refusal" if kind == "refusal" else "text", "")))
    if kind in ("image_url", "input_image"):
        given = part.get("image_url")
        return image_of(given.get("url") if isinstance(given, Mapping) else given, where, param)
    raise Refused(
        400, f"{where}.content: a part of type {kind!r} is not read here. Use text or image_url.", param=param
    )


def image_of(url: object, where: str, param: str) -> Image:
    """The image in a data URL. Raises `Refused` for any other: this server fetches nothing."""
    found = DATA_URL.fullmatch(url) if isinstance(url, str) else None
    if found is None:
        raise Refused(400, f"{where}: an image is sent as a data URL, data:image/png;base64,...", param=param)
    try:
        return Image.from_bytes(b64decode(found.group(1), validate=True), where=where)
    except NotBase64:
        raise Refused(400, f"{where}: the image is not base64. Encode it.", param=param) from None


def call_of(call: Any, where: str, param: str) -> ToolCall:  # noqa: ANN401 - a client's JSON
    """A tool call that an assistant's message holds."""
    try:
        made = call["function"]
        return ToolCall(id=call["id"], name=made["name"], arguments=made["arguments"])
    except (KeyError, TypeError, ValidationError):
        raise Refused(
            400, f"{where}.tool_calls: not calls of functions. Send them as they came.", param=param
        ) from None


def tools_of(tools: Sequence[Mapping[str, Any]]) -> tuple[Tool, ...]:
    """The tools that a request offers. Raises `Refused`."""
    try:
        found = [tool["function"] for tool in tools if tool.get("type") == "function"]
        if len(found) < len(tools):
            raise KeyError
        known = [{name: one[name] for name in ("name", "description", "parameters") if one.get(name)} for one in found]
        return tuple(Tool(**one) for one in known)
    except (KeyError, TypeError, ValidationError):
        raise Refused(400, "tools: only functions are offered to models. Give each a name.", param="tools") from None
