"""A message as a reader sees it: its kind, its text, what it cost, and how it ended."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ...agents.accounting import Usage, usage_of
from ...agents.decoding.messages import Decode, Decoded
from ...agents.event import Event
from ...agents.failure import Failure
from ...agents.message import Answer, Assess, Choice, Choose, Message, Prompt, Received, Request, Reward, Stopped
from ...agents.tags import tag_of
from ...agents.turn import Turn

UNKNOWN: Final = "unknown"


@dataclass(frozen=True)
class Facts:
    """What is shown of a message. `kind` is its type's tag, `by` the prompt's or the method's, `about` facts by name.

    >>> facts_of(Answer(text="4", usage=Usage(prompt_tokens=7, completion_tokens=1, calls=1))).text
    '4'
    """

    text: str
    by: str = ""
    usage: Usage = field(default_factory=Usage)
    finish: str = ""
    retries: tuple[str, ...] = ()
    failure: str = ""
    about: Mapping[str, str] = field(default_factory=dict)


def kind_of(line: Mapping[str, Any]) -> str:
    """The tag of a line's message."""
    return str(line["message"].get("@type", UNKNOWN))


def facts_of_line(line: Mapping[str, Any], event: Event | None) -> Facts:
    """The facts of an event; those of a message of an unknown type are its fields as JSON."""
    if event is not None:
        return facts_of(event.message)
    fields = {name: value for name, value in line["message"].items() if name != "@type"}
    return Facts(json.dumps(fields, ensure_ascii=False, indent=1), about={"type": "not known on this machine"})


def facts_of(message: Message) -> Facts:
    """The facts of a message."""
    match message:
        case Request() | Choose() | Assess() | Decode():
            return asked(message)
        case Decoded():
            return decoded(message)
        case Answer():
            return answered(message)
        case Failure():
            return Facts(message.text, failure=message.kind)
        case _:
            return other(message)


def asked(message: Request | Choose | Assess | Decode) -> Facts:
    """The facts of a request: the prompt as the model reads it, and what is asked of it."""
    about: dict[str, str] = {}
    method = ""
    if isinstance(message, Decode):
        method = tag_of(type(message.method))
        about = {"peers": ", ".join(message.peers), "method": settings(message.method)}
    elif isinstance(message, Choose):
        about = {"labels": " | ".join(message.labels)}
    elif isinstance(message, Assess):
        about = {"answer": message.answer}
    if not isinstance(message, Assess):
        about["sampling"] = settings(message.sampling)
    return Facts(read_by_model(message.prompt), by=method or tag_of(type(message.prompt)), about=about)


def answered(message: Answer) -> Facts:
    """The facts of an answer."""
    about = {"reasoning": message.reasoning or "", "policy": message.policy}
    about["omitted"] = ", ".join(message.omitted)
    about["tool calls"] = "; ".join(str(call) for call in message.tool_calls)
    said = {name: value for name, value in about.items() if value}
    return Facts(message.text, usage=message.usage, finish=message.finish, retries=message.retries, about=said)


def decoded(message: Decoded) -> Facts:
    """The facts of a text that several models wrote."""
    facts = answered(message.answer)
    counts = {name: str(value) for name, value in message.counts.items()}
    return replace(facts, about={**facts.about, **counts})


def other(message: Message) -> Facts:
    """The facts of a message that is neither asked nor written."""
    usage = usage_of(message) or Usage()
    match message:
        case Choice():
            ranked = ", ".join(message.labels[index] for index in message.ranking)
            return Facts(ranked, usage=usage)
        case Reward():
            return Facts(f"{message.value:g}", usage=usage)
        case Stopped():
            return Facts(f"stopped: {message.reason}", by=message.reason)
        case Received():
            return Facts("")
        case Prompt():
            return Facts(read_by_model(message))
        case _:
            return Facts(settings(message), usage=usage)


def read_by_model(prompt: Prompt) -> str:
    """A prompt as a model reads it; turns by role where there is more than one."""
    turns: tuple[Turn, ...] = prompt.turns()
    if len(turns) == 1:
        return turns[0].text
    return "\n\n".join(f"[{turn.role}] {turn.text}" for turn in turns)


def settings(value: Any) -> str:  # noqa: ANN401 - any frozen data
    """The fields of frozen data on one line, without those that are empty."""
    return ", ".join(f"{name} {one}" for name, one in value if one not in (None, (), "", {}))
