"""SGLang's forms: requests to `/generate` and what is read from their replies.

Numbers come as triples `[logprob, token_id, text]`. These forms were read in SGLang 0.5.23's source, never run.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ...errors import CallFailed
from ...message import Sampling

PATH: Final = "/generate"


def rows_request(readings: Sequence[tuple[Sequence[int], int]], top: int, wanted: Sequence[int] = ()) -> dict[str, Any]:
    """A request for distributions at the last positions of texts: each is its ids and the number of positions.

    All `top` likeliest tokens of each, and the `wanted` ones. Temperature 0 is the one at which SGLang shows the
    model's own log-probabilities.
    """
    count = len(readings)
    return {
        "input_ids": [list(ids) for ids, _ in readings],
        "sampling_params": {"max_new_tokens": 1, "temperature": 0, "ignore_eos": True},
        "return_logprob": True,
        "logprob_start_len": [-1 if keep == 1 else len(ids) - keep for ids, keep in readings],
        "top_logprobs_num": [top] * count,
        **({"token_ids_logprob": [list(wanted)] * count} if wanted else {}),
        "stream": False,
    }


def written_request(prompt: Sequence[int], sampling: Sampling, limit: int, ends: Sequence[int]) -> dict[str, Any]:
    """A request for a text of at most `limit` tokens after a prompt, up to one of these end tokens."""
    drawn = {"top_p": sampling.top_p, "sampling_seed": sampling.seed % 2**31} if sampling.temperature > 0 else {}
    parameters = {
        "max_new_tokens": limit,
        "temperature": sampling.temperature,
        **drawn,
        **({"top_k": sampling.top_k} if sampling.temperature > 0 and sampling.top_k else {}),
        **({"stop": list(sampling.stop), "no_stop_trim": True} if sampling.stop else {}),
        "stop_token_ids": list(ends),
        "skip_special_tokens": False,
    }
    return {"input_ids": [list(prompt)], "sampling_params": parameters, "return_logprob": True, "stream": False}


def rows(reply: Any, readings: Sequence[tuple[Sequence[int], int]], where: str) -> list[dict[int, float]]:  # noqa: ANN401 - JSON
    """The log-probabilities in nats at each position asked for, by id, top and wanted tokens alike.

    The first entry of a prompt's rows is null: it belongs to a token that nothing was asked of. Raises `CallFailed`.
    """
    found = replies(reply, len(readings), where)
    listed: list[dict[int, float]] = []
    try:
        for one, (_, keep) in zip(found, readings, strict=True):
            numbers = one["meta_info"]
            parts = [positions(numbers, "top_logprobs", keep), positions(numbers, "token_ids_logprobs", keep)]
            listed += [top | wanted for top, wanted in zip(*parts, strict=True)]
    except (LookupError, TypeError, ValueError):
        raise CallFailed(f"{where}: its reply lists no log-probabilities. Use SGLang 0.5.23 or later.") from None
    return listed


def positions(numbers: Mapping[str, Any], kind: str, keep: int) -> list[dict[int, float]]:
    """The last `keep` positions of one kind of numbers: those within the prompt, then the one after it."""
    after = numbers.get(f"output_{kind}")
    if not after:
        return [{} for _ in range(keep)]
    inside = (numbers.get(f"input_{kind}") or [])[1:] if keep > 1 else []
    if len(inside) != keep - 1:
        raise ValueError("positions are missing")
    return [{int(token): float(value) for value, token, *_ in row} for row in [*inside, after[0]]]


def written(reply: Any, where: str) -> list[tuple[int, float]]:  # noqa: ANN401 - JSON
    """The tokens of a text and their log-probabilities in nats. Raises `CallFailed`."""
    (one,) = replies(reply, 1, where)
    try:
        return [(int(token), float(value)) for value, token, *_ in one["meta_info"]["output_token_logprobs"]]
    except (LookupError, TypeError, ValueError):
        raise CallFailed(f"{where}: its reply does not hold the tokens of its text. Use SGLang 0.5.23.") from None


def replies(reply: Any, count: int, where: str) -> list[Mapping[str, Any]]:  # noqa: ANN401 - JSON
    """The replies of a batch. Raises `CallFailed` for another number, and for one that was aborted."""
    if not isinstance(reply, list) or len(reply) != count:
        raise CallFailed(f"{where}: its reply does not hold one text for each of {count} prompts. Use SGLang 0.5.23.")
    for one in reply:
        finish = one.get("meta_info", {}).get("finish_reason") if isinstance(one, dict) else None
        if isinstance(finish, dict) and finish.get("type") == "abort":
            raise CallFailed(f"{where}: the server gave up: {finish.get('message')}. Its log should say more.")
    return reply
