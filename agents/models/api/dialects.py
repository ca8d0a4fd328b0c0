"""What providers say in words of their own: one table for each kind of thing.

Collected from the documentation and the replies of OpenAI, Azure, Anthropic, Gemini, Mistral, DeepSeek, Qwen, Cohere,
Groq, Together, OpenRouter, vLLM, SGLang, TGI and llama.cpp.
"""

import re
from collections.abc import Mapping
from typing import Final

from ...message import Finish

FINISH: Final[Mapping[str, Finish]] = {
    "stop": "eos",
    "eos": "eos",
    "eos_token": "eos",
    "end_turn": "eos",
    "complete": "eos",
    "stop_sequence": "stop_string",
    "length": "length",
    "max_tokens": "length",
    "model_length": "length",
    "model_context_window_exceeded": "length",
    "content_filter": "refused",
    "content_filtered": "refused",
    "refusal": "refused",
    "safety": "refused",
    "recitation": "refused",
    "language": "refused",
    "blocklist": "refused",
    "prohibited_content": "refused",
    "spii": "refused",
    "image_safety": "refused",
    "guardrail_intervened": "refused",
    "sensitive": "refused",
    "error_toxic": "refused",
    "tool_calls": "tool_calls",
    "tool_use": "tool_calls",
    "tool_call": "tool_calls",
    "function_call": "tool_calls",
}
"""How an answer ended, by a provider's finish reason in small letters. Any other is a failure of the provider's:
`error`, `abort`, `insufficient_system_resource` (DeepSeek), `malformed_function_call` (Gemini), `network_error`."""

TOO_LONG: Final = re.compile(
    r"context[ _](length|window|size)|maximum (model|context|input|prompt) length|prompt is too long|input is too long"
    r"|reduce the length|too many (input )?tokens"
    r"|exceeds? the (maximum|available|limit|model)[^.]*(token|context|length)"
    r"|request (entity )?too large|payload too large|longer than the (maximum )?model|must be <= *\d+",
    re.IGNORECASE,
)
"""A prompt that does not fit."""

FILTERED: Final = re.compile(
    r"content[ _]?(filter|policy|management|exists risk)|responsible ?ai|data_?inspection|inappropriate content"
    r"|safety (system|filter|settings)|flagged (by|as|for)|prohibited_content|usage policy",
    re.IGNORECASE,
)
"""A prompt or an answer that a filter stopped."""

USED_UP: Final = re.compile(
    r"insufficient[ _](quota|balance|credit|funds)|exceeded your (current )?quota|quota exceeded for .*per ?day|billing"
    r"|credit balance|out of credits|free.tier.*limit: 0|purchase|payment required",
    re.IGNORECASE,
)
"""A 429 that no waiting helps."""

UNSUPPORTED: Final = re.compile(
    r"un(supported|recognized|known|expected) (parameter|value|request argument|argument|field|key)"
    r"|not (supported|allowed|permitted)|(does|do)(n't| not) support|is unsupported|extra (inputs|fields)"
    r"|only the default|cannot (both )?be (specified|used|set)|must be (1|the default)|deprecated for this model",
    re.IGNORECASE,
)
"""A parameter that a model does not take."""

SAMPLED: Final = ("temperature", "top_p", "top_k", "seed", "stop", "logprobs", "top_logprobs", "max_tokens")
PARAMETERS: Final = (*SAMPLED, "response_format")
"""The parameters that a model may refuse; without one of the others than the last it still answers."""

PLAIN_TOKENS: Final = "max_tokens"
NEW_TOKENS: Final = "max_completion_tokens"
"""The limit of an answer by its old and its new name: some models refuse the one, some servers the other."""


def refused(words: str) -> frozenset[str]:
    """The parameters that an error message says a model does not take."""
    if not UNSUPPORTED.search(words):
        return frozenset()
    return frozenset(name for name in PARAMETERS if re.search(rf"(?<![a-z_]){name}(?![a-z_])", words))
