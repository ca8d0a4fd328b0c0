"""Parses chat-completions replies: text, reasoning, finish reason, log-probabilities and usage."""

from collections.abc import Mapping, Sequence
from math import isnan
from typing import TYPE_CHECKING, Any

from ...accounting import Usage
from ...message import Answer, Sampling
from ...parts import ToolCall
from ..tokens import CLOSE, OPEN, cut, split_reasoning
from .dialects import FINISH
from .failure import Unreadable

if TYPE_CHECKING:
    from litellm import ModelResponse
    from litellm.types.utils import Choices, Message


def read(response: "ModelResponse", sampling: Sampling) -> Answer:
    """Parse a reply of LiteLLM's. Raises `Unreadable`."""
    if not response.choices:
        raise Unreadable("a reply without choices")
    choice = response.choices[0]
    # LiteLLM makes an ordinary end of what it does not know; the provider's own word is the first.
    ended = str(fields(choice).get("native_finish_reason") or choice.finish_reason).lower()
    if ended not in FINISH:
        raise Unreadable(f"a reply that ended with {ended!r}")
    text, reasoning, thought = split(choice.message)
    if refusal := fields(choice.message).get("refusal") or getattr(choice.message, "refusal", None):
        return Answer(text=whole(refusal), finish="refused", reasoning=reasoning, usage=usage(response))
    finish = FINISH[ended]
    if finish == "eos" and fields(choice).get("stop_reason") in sampling.stop:
        finish = "stop_string"
    calls = tool_calls(choice.message)
    if finish == "tool_calls" and not calls:
        raise Unreadable(f"a reply that ended with {ended!r} and calls no tool")
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
    said = [{"id": call.id, **{name: getattr(call.function, name) for name in ("name", "arguments")}} for call in calls]
    return tuple(ToolCall(**{name: whole(text or "") for name, text in call.items()}) for call in said)


def split(message: "Message") -> tuple[str, str | None, bool]:
    """Split a message into text, reasoning, and whether the reasoning is complete (true where there is none).

    Servers with a reasoning parser send reasoning in a field of its own. Others leave it in the text, without its
    opening tag where the chat template wrote that one.
    """
    text = whole(message.content or "")
    apart: str | None = getattr(message, "reasoning_content", None)
    within, answer = split_reasoning(text, opened=False)
    thoughts = [whole(part).strip() for part in (apart, within) if part is not None]
    if not thoughts:
        return text, None, True
    reasoning = "\n".join(part.removeprefix(OPEN).strip() for part in thoughts)
    complete = answer is not None and (within is not None or bool(answer.strip()))
    return (answer or "").lstrip(), reasoning, complete


def whole(text: str) -> str:
    """The text with halves of characters (lone surrogates, which JSON can hold) as replacement characters."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def stopped(answer: Answer, stops: Sequence[str]) -> Answer:
    """The answer up to the first stop string, for a server that takes none."""
    text = cut(answer.text, stops)
    return answer if text is None else answer.model_copy(update={"text": text, "finish": "stop_string"})


def usage(response: "ModelResponse") -> Usage:
    """Tokens as counted by the server, which may not say them; US dollars where LiteLLM's price list has the model."""
    counted = response.usage
    if not counted.prompt_tokens and not counted.completion_tokens:
        return Usage(calls=1, uncounted=1)
    return Usage(
        prompt_tokens=counted.prompt_tokens or 0,
        completion_tokens=counted.completion_tokens or 0,
        calls=1,
        cost=response._hidden_params.get("response_cost"),
    )


def logprobs(choice: "Choices") -> tuple[float, ...]:
    """The log-probability of each token in nats; empty where the server shows none, or one that is no number."""
    shown = getattr(choice, "logprobs", None)
    found = tuple(token.logprob for token in shown.content or ()) if shown else ()
    return () if any(map(isnan, found)) else found


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
