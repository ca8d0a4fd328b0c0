"""Parses chat-completions replies: text, reasoning, finish reason, log-probabilities and usage."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from ...accounting import Usage
from ...message import Answer, Finish, Sampling
from ...parts import ToolCall
from ..tokens import CLOSE, OPEN
from .failure import Unreadable

if TYPE_CHECKING:
    from litellm import ModelResponse
    from litellm.types.utils import Choices, Message


FINISH: Final[Mapping[str, Finish]] = {
    "stop": "eos",
    "length": "length",
    "content_filter": "refused",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
}


def read(response: "ModelResponse", sampling: Sampling) -> Answer:
    """Parse a reply of LiteLLM's. Raises `Unreadable`."""
    if not response.choices:
        raise Unreadable("a reply without choices")
    choice = response.choices[0]
    if choice.finish_reason not in FINISH:
        raise Unreadable(f"a reply that ended with {choice.finish_reason!r}")
    text, reasoning, thought = split(choice.message)
    if refusal := fields(choice.message).get("refusal"):
        return Answer(text=refusal, finish="refused", reasoning=reasoning, usage=usage(response))
    finish = FINISH[choice.finish_reason]
    if finish == "eos" and fields(choice).get("stop_reason") in sampling.stop:
        finish = "stop_string"
    calls = tool_calls(choice.message)
    if finish == "tool_calls" and not calls:
        raise Unreadable(f"a reply that ended with {choice.finish_reason!r} and calls no tool")
    if not thought and not calls and finish != "refused":
        finish = "unfinished"
    return Answer(
        text=text,
        finish="tool_calls" if calls and finish == "eos" else finish,
        reasoning=reasoning,
        logprobs=logprobs(choice),
        tool_calls=calls,
        usage=usage(response),
    )


def tool_calls(message: "Message") -> tuple[ToolCall, ...]:
    """The tool calls in a message."""
    calls = getattr(message, "tool_calls", None) or ()
    return tuple(
        ToolCall(id=call.id or "", name=call.function.name or "", arguments=call.function.arguments) for call in calls
    )


def split(message: "Message") -> tuple[str, str | None, bool]:
    """Split a message into text, reasoning, and whether the reasoning is complete (true where there is none).

    Servers with a reasoning parser send reasoning in a field of its own. Others leave it in the text, without its
    opening tag where the chat template wrote that one.
    """
    text: str = message.content or ""
    apart: str | None = getattr(message, "reasoning_content", None)
    if apart is not None:
        return text.lstrip(), apart.strip(), bool(text.strip())
    if CLOSE in text:
        thoughts, _, rest = text.partition(CLOSE)
        return rest.lstrip(), thoughts.strip().removeprefix(OPEN).strip(), True
    if text.lstrip().startswith(OPEN):
        return "", text.strip().removeprefix(OPEN).strip(), False
    return text, None, True


def usage(response: "ModelResponse") -> Usage:
    """Tokens as counted by the server; US dollars where LiteLLM's price list has the model. Raises `Unreadable`."""
    counted = response.usage
    if not counted.prompt_tokens:
        raise Unreadable("a reply without usage, so its tokens cannot be counted")
    return Usage(
        prompt_tokens=counted.prompt_tokens,
        completion_tokens=counted.completion_tokens,
        calls=1,
        cost=response._hidden_params.get("response_cost"),
    )


def logprobs(choice: "Choices") -> tuple[float, ...]:
    """The log-probability of each token in nats; empty where the server shows none."""
    shown = getattr(choice, "logprobs", None)
    return tuple(token.logprob for token in shown.content or ()) if shown else ()


def fields(part: "Choices | Message") -> Mapping[str, Any]:
    """The fields that a server added to OpenAI's format."""
    return getattr(part, "provider_specific_fields", None) or {}


class Spoken:
    """A filter of streamed text that removes reasoning between think tags at its beginning.

    >>> spoken = Spoken()
    >>> [spoken.feed(piece) for piece in ("<thi", "nk>2 + 2</think>", "four")]
    ['', '', 'four']
    """

    def __init__(self) -> None:
        self._held = ""
        self._through = False

    def feed(self, piece: str) -> str:
        """The text that can be shown after the next piece."""
        if self._through:
            return piece
        self._held += piece
        text = self._held.lstrip()
        inside = OPEN.startswith(text[: len(OPEN)])  # or too short to tell
        text = text.partition(CLOSE)[2].lstrip() if inside else self._held
        self._through = bool(text)
        return text

    def end(self) -> str:
        """The text held back that turned out not to be reasoning."""
        return "" if self._through or self._held.lstrip().startswith(OPEN) else self._held
