"""Put a conversation and its sampling into the words of a chat-completions request."""

from collections.abc import Sequence
from types import ModuleType
from typing import Any, Final

from ...errors import MissingCapability
from ...message import Sampling, Turn
from .address import Address

CONTINUE: Final = {"continue_final_message": True, "add_generation_prompt": False}
"""How vLLM is asked to continue the last turn."""

MARKED: Final = ("codestral", "deepseek", "mistral")
"""Providers that want a turn to be continued marked as such. Others do it unasked, and from their
replies LiteLLM would not tell the continuation apart if it were marked.
"""


def request(litellm: ModuleType, address: Address, turns: Sequence[Turn], sampled: dict[str, Any]) -> dict[str, Any]:
    """The arguments of LiteLLM's `acompletion`, its own retries and its dropping of parameters switched off.

    Raises `UnknownName` for the provider, `ModelUnavailable` without an API key, `MissingCapability`
    where the last turn cannot be continued.
    """
    address.check_provider(litellm)
    messages: list[dict[str, Any]] = [{"role": turn.role, "content": turn.text} for turn in turns]
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
        **extra,
        **sampled,
    }


def prefills(litellm: ModuleType, address: Address) -> bool:
    """Whether the provider continues a last turn of the assistant's. Prices are listed with or without the provider."""
    listed = (litellm.model_cost.get(name, {}) for name in (address.model, address.model.partition("/")[2]))
    return any(model.get("supports_assistant_prefill") for model in listed)


def sampled(sampling: Sampling, omit: frozenset[str]) -> dict[str, Any]:
    """The parameters to send: greedy sampling has no use for a seed, top-p or top-k, and a top-p of 1 does nothing."""
    sent: dict[str, Any] = {"max_tokens": sampling.max_tokens, "temperature": sampling.temperature}
    if sampling.stop:
        sent["stop"] = list(sampling.stop)
    if sampling.temperature > 0:
        sent["seed"] = sampling.seed
        sent |= {"top_p": sampling.top_p} if sampling.top_p < 1 else {}
        sent |= {"top_k": sampling.top_k} if sampling.top_k is not None else {}
    return {name: value for name, value in sent.items() if name not in omit}
