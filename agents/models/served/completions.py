"""vLLM's forms: requests to `/v1/completions` and what is read from their replies.

Tokens are shown as ids, `token_id:851`: by text, different tokens of equal text collapse into one.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ...errors import CallFailed
from ...message import Sampling

PATH: Final = "/v1/completions"
TOKEN: Final = "token_id:"
WANTED_AT_ONCE: Final = 128
"""How many tokens by id a request may ask for."""
LARGEST_SEED: Final = 2**63 - 1


def rows_request(model: str, prompts: Sequence[Sequence[int]], top: int | None) -> dict[str, Any]:
    """A request for the next-token distribution after each prompt: its `top` likeliest tokens, or all."""
    return {
        "model": model,
        "prompt": [list(prompt) for prompt in prompts],
        "max_tokens": 1,
        "temperature": 0,
        "ignore_eos": True,
        "logprobs": -1 if top is None else top,
        "return_tokens_as_token_ids": True,
    }


def wanted_request(model: str, prompts: Sequence[Sequence[int]], wanted: Sequence[int]) -> dict[str, Any]:
    """A request for the log-probabilities of these tokens after each prompt, at most `WANTED_AT_ONCE` of them."""
    return {**rows_request(model, prompts, 1), "logprob_token_ids": list(wanted)}


def written_request(
    model: str, prompt: Sequence[int], sampling: Sampling, limit: int, ends: Sequence[int]
) -> dict[str, Any]:
    """A request for a text of at most `limit` tokens after a prompt, up to one of these end tokens."""
    drawn = {"top_p": sampling.top_p, "seed": sampling.seed % LARGEST_SEED} if sampling.temperature > 0 else {}
    return {
        "model": model,
        "prompt": list(prompt),
        "max_tokens": limit,
        "temperature": sampling.temperature,
        **drawn,
        **({"top_k": sampling.top_k} if sampling.temperature > 0 and sampling.top_k else {}),
        **({"stop": list(sampling.stop), "include_stop_str_in_output": True} if sampling.stop else {}),
        "stop_token_ids": list(ends),
        "skip_special_tokens": False,
        "logprobs": 1,
        "return_tokens_as_token_ids": True,
        "return_token_ids": True,
    }


def choices(reply: Any, count: int, where: str) -> list[Mapping[str, Any]]:  # noqa: ANN401 - JSON
    """The choices of a reply, by the place of their prompts. Raises `CallFailed` unless there is one each."""
    try:
        found = sorted(reply["choices"], key=lambda choice: choice["index"])
        if [choice["index"] for choice in found] == list(range(count)):
            return found
    except (LookupError, TypeError):
        pass
    raise CallFailed(f"{where}: its reply does not hold a choice for each of {count} prompts. Use vLLM 0.32 or later.")


def row(choice: Mapping[str, Any], where: str) -> dict[int, float]:
    """The log-probabilities in nats that a choice of one token lists, by id. Raises `CallFailed`."""
    try:
        return entries(choice["logprobs"]["top_logprobs"][0])
    except (LookupError, TypeError, ValueError, AttributeError):
        raise CallFailed(
            f"{where}: its reply lists no log-probabilities by token id. Use vLLM 0.32 or later."
        ) from None


def entries(listed: Mapping[str, float]) -> dict[int, float]:
    """The log-probabilities of one position by id. Raises `ValueError` for tokens that are not shown as ids."""
    if not all(token.startswith(TOKEN) for token in listed):
        raise ValueError("tokens are shown by text")
    return {int(token[len(TOKEN) :]): float(value) for token, value in listed.items()}


def prompt_rows(choice: Mapping[str, Any]) -> list[dict[int, float]]:
    """The log-probabilities at each position of a prompt but the first, from `echo` or `prompt_logprobs`."""
    shown = choice.get("prompt_logprobs")
    if shown is not None:
        return [{int(token): float(one["logprob"]) for token, one in listed.items()} for listed in shown[1:]]
    return [entries(listed) for listed in choice["logprobs"]["top_logprobs"][1:]]


def written(choice: Mapping[str, Any], where: str) -> list[tuple[int, float]]:
    """The tokens of a text and their log-probabilities in nats. Raises `CallFailed`."""
    try:
        ids, logprobs = choice["token_ids"], choice["logprobs"]["token_logprobs"]
        return [(int(token), float(value)) for token, value in zip(ids, logprobs, strict=True)]
    except (LookupError, TypeError, ValueError):
        raise CallFailed(f"{where}: its reply does not hold the tokens of its text. Use vLLM 0.32 or later.") from None
