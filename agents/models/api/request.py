"""Builds chat-completions requests from conversations and sampling parameters."""

from base64 import b64encode
from collections.abc import Collection, Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any, Final

from ...errors import MissingCapability
from ...message import Sampling
from ...parts import Image, Text, Tool, ToolCall, ToolResult
from ...turn import Turn
from .address import Address
from .dialects import NEW_TOKENS, PLAIN_TOKENS
from .response_form import FORM, SCHEMA, response_format

CONTINUE: Final = {"continue_final_message": True, "add_generation_prompt": False}
"""The parameters by which vLLM continues the last turn."""

HERE: Final[Mapping[str, Any]] = {"_skip_mcp_handler": True}
"""Keeps LiteLLM from looking for MCP servers among the tools: that would need its package `mcp`, and tools are ours."""

MARKED: Final = ("codestral", "deepseek", "mistral")
"""Providers that want a turn that they continue marked as a prefix. Others continue it unmarked; with the
mark, LiteLLM would not separate the continuation from the prefix in their replies.
"""


def request(litellm: ModuleType, address: Address, turns: Sequence[Turn], sampled: dict[str, Any]) -> dict[str, Any]:
    """The arguments of LiteLLM's `acompletion`, its own retries and its dropping of parameters switched off.

    Raises `UnknownName` for the provider, `ModelUnavailable` without an API key, `MissingCapability`
    where the last turn cannot be continued.
    """
    address.check_provider(litellm)
    messages: list[dict[str, Any]] = [message for turn in turns for message in messages_of(turn)]
    extra: dict[str, Any] = {}
    if turns[-1].role == "assistant":
        if address.provider == "hosted_vllm":
            extra = {"extra_body": CONTINUE}
        elif prefills(litellm, address):
            messages[-1] |= {"prefix": True} if address.provider in MARKED else {}
        else:
            raise MissingCapability(
                f"{address}: cannot continue a turn of the assistant. End with a user turn, or serve the model "
                "with vLLM and name it hosted_vllm/…."
            )
    return {
        "model": address.model,
        "messages": messages,
        "api_base": address.base_url,
        "api_key": address.key(litellm),
        "num_retries": 0,
        "max_retries": 0,
        "drop_params": False,
        **(HERE if "tools" in sampled else {}),
        **extra,
        **sampled,
    }


def messages_of(turn: Turn) -> Iterator[dict[str, Any]]:
    """A turn as messages in OpenAI's format, which LiteLLM translates for each provider.

    Text alone is a string; images are data URLs; tool calls belong to an assistant's message, and each tool result is
    a message of its own.
    """
    if isinstance(turn.content, str):
        yield {"role": turn.role, "content": turn.content}
        return
    results = [part for part in turn.content if isinstance(part, ToolResult)]
    for result in results:
        yield {"role": "tool", "tool_call_id": result.id, "content": result.text}
    shown = [content_of(part) for part in turn.content if isinstance(part, Text | Image)]
    calls = [call_of(part) for part in turn.content if isinstance(part, ToolCall)]
    if shown or calls:
        words = turn.text if all(part["type"] == "text" for part in shown) else shown
        yield {"role": turn.role, "content": words or None} | ({"tool_calls": calls} if calls else {})


def content_of(part: Text | Image) -> dict[str, Any]:
    """A text or image part in OpenAI's format; images as data URLs."""
    if isinstance(part, Text):
        return {"type": "text", "text": part.text}
    url = f"data:{part.media_type};base64,{b64encode(part.data).decode()}"
    return {"type": "image_url", "image_url": {"url": url}}


def call_of(part: ToolCall) -> dict[str, Any]:
    """A tool call of an assistant's message in OpenAI's format."""
    return {"id": part.id, "type": "function", "function": {"name": part.name, "arguments": part.arguments}}


def offered(tool: Tool) -> dict[str, Any]:
    """A tool that the model may call, in OpenAI's format."""
    named = {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)}
    return {"type": "function", "function": named}


def prefills(litellm: ModuleType, address: Address) -> bool:
    """True if the provider continues a last turn of the assistant's. Prices are listed with or without the provider."""
    listed = (litellm.model_cost.get(name, {}) for name in (address.model, address.model.partition("/")[2]))
    return any(model.get("supports_assistant_prefill") for model in listed)


def without(asked: dict[str, Any], refused: Collection[str]) -> bool:
    """Remove refused parameters from a request; true if that changes it, so that it can be sent again.

    The limit of the answer is never removed, but given its newer name.
    """
    if "logprobs" in refused:
        refused = {*refused, "top_logprobs"}
    removed = [name for name in refused if name != PLAIN_TOKENS and asked.pop(name, None) is not None]
    if PLAIN_TOKENS in refused and PLAIN_TOKENS in asked:
        asked[NEW_TOKENS] = asked.pop(PLAIN_TOKENS)
        return True
    return bool(removed)


def sampled(sampling: Sampling, omit: frozenset[str]) -> dict[str, Any]:
    """The sampling parameters to send, without those without effect: greedy needs no seed, top-p or top-k."""
    sent: dict[str, Any] = {"max_tokens": sampling.max_tokens, "temperature": sampling.temperature}
    if sampling.stop:
        sent["stop"] = list(sampling.stop)
    if sampling.tools:
        sent["tools"] = [offered(tool) for tool in sampling.tools]
    if sampling.json_schema is not None:
        sent[FORM] = response_format(sampling.json_schema)
    if sampling.temperature > 0:
        sent["seed"] = sampling.seed
        sent |= {"top_p": sampling.top_p} if sampling.top_p < 1 else {}
        sent |= {"top_k": sampling.top_k} if sampling.top_k is not None else {}
    return {name: value for name, value in sent.items() if name not in omit and (name != FORM or SCHEMA not in omit)}
