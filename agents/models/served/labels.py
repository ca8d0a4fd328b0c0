"""The log-probability of each of a closed set of labels, from one request for the tokens they are made of."""

from collections.abc import Sequence
from math import isnan

import torch

from ...accounting import Usage
from ...errors import BadModel
from ...message import Choice
from ..hf.chat import ChatTokenizer
from ..hf.labels import continuations
from .engine import Engine
from .facts import Reading


async def choose(
    engine: Engine, chat: ChatTokenizer, prompt: Sequence[int], labels: Sequence[str], *, whole: bool
) -> Choice:
    """Score labels as continuations of a prompt, in nats: the sum over a label's tokens after those before them.

    A label whose tokens begin another's is followed by an end token. From `whole` distributions the scores are the
    model's over its vocabulary; else the padding of the server's output layer, which is next to nothing, counts in
    them, and only the tokens of the labels are asked for. Raises `Twice`, `BadMessage`, `PromptTooLong`,
    and `BadModel` for what is not a number.
    """
    tokens = continuations(chat, labels)
    before = {
        tuple(own[:place]): [*prompt, *(part for part in own[:place] if part is not None)]
        for own in tokens
        for place in range(len(own))
    }
    for ids in before.values():
        chat.check_length(len(ids), "the text")
    ends = chat.vocabulary.ends
    wanted = sorted({token for own in tokens for part in own for token in (ends if part is None else (part,))})
    prompts = list(before.values())
    found = await inside(engine, prompts, chat.vocabulary.size) if whole else await engine.score(prompts, wanted)
    rows = dict(zip(before, found, strict=True))
    scores = [sum(score(rows[tuple(own[:at])], part, ends) for at, part in enumerate(own)) for own in tokens]
    if any(map(isnan, scores)):
        raise BadModel(f"{engine.name}: its output is not a number. Check its weights.")
    return Choice(labels=tuple(labels), logprobs=tuple(scores), usage=Usage(prompt_tokens=len(prompt), calls=1))


async def inside(engine: Engine, prompts: Sequence[Sequence[int]], size: int) -> list[dict[int, float]]:
    """The log-probabilities of all tokens of the vocabulary after each prompt, by id; they sum to one."""
    rows = await engine.read([Reading(prompt, 1) for prompt in prompts], None)
    return [dict(enumerate(row.logits(size).log_softmax(-1).tolist())) for row in rows]


def score(row: dict[int, float], token: int | None, ends: Sequence[int]) -> float:
    """The log-probability of a token in nats; None stands for any end token."""
    return float(torch.tensor([row[end] for end in ends]).logsumexp(0)) if token is None else row[token]
