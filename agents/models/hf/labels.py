"""The log-probability of each of a closed set of labels, by forward passes without sampling."""

from collections.abc import Sequence
from math import isnan

import torch
from torch import Tensor

from ...accounting import Usage
from ...errors import BadMessage, BadModel, Twice
from ...message import Choice
from .chat import ChatTokenizer
from .text_session import TextSession, read


async def choose(session: TextSession, chat: ChatTokenizer, labels: Sequence[str]) -> Choice:
    """Score labels as continuations of a session, which stays open; log-probabilities in nats.

    One forward pass over the prompt, and one batch with a fork of it for each label of more than one token. A label
    whose tokens are a prefix of another label's is followed by an end token, so that the labels are disjoint events
    and their probabilities sum to at most one. Raises `Twice`, `BadMessage`, and `BadModel` for NaN logits.
    """
    tokens = continuations(chat, labels)
    first = (await session.next()).log_softmax(-1)
    longer = [index for index, own in enumerate(tokens) if len(own) > 1]
    rest = await _rest(session, [tokens[index] for index in longer], chat.vocabulary.ends)
    scores = [float(first[own[0]]) for own in tokens]
    for index, score in zip(longer, rest, strict=True):
        scores[index] += score
    if any(map(isnan, scores)):
        raise BadModel(f"{chat.name}: its output is not a number. Check its weights.")
    usage = Usage(prompt_tokens=len(session.ids), calls=1)
    return Choice(labels=tuple(labels), logprobs=tuple(scores), usage=usage)


def continuations(chat: ChatTokenizer, labels: Sequence[str]) -> list[list[int | None]]:
    """The token ids by which each label is scored; None stands for any end token. Raises `Twice`, `BadMessage`."""
    tokens = _tokens(chat, labels)
    return [
        [*own, None] if any(other[: len(own)] == own for other in tokens if other is not own) else [*own]
        for own in tokens
    ]


def _tokens(chat: ChatTokenizer, labels: Sequence[str]) -> list[list[int]]:
    """Each label's token ids. Raises `Twice` for equal labels, `BadMessage` for no labels or equal or no tokens."""
    if len(set(labels)) < len(labels):
        raise Twice("label", labels, where=chat.name)
    tokens = [chat.encode(label) for label in labels]
    if not tokens or not all(tokens) or len(set(map(tuple, tokens))) < len(tokens):
        raise BadMessage(f"{chat.name}: cannot choose among {list(labels)!r}. Give labels of different tokens.")
    return tokens


async def _rest(session: TextSession, labels: Sequence[Sequence[int | None]], ends: Sequence[int]) -> list[float]:
    """The log-probability of each label's tokens after its first; None stands for any end token."""
    if not labels:
        return []
    forks = [session.fork() for _ in labels]
    try:
        for fork, label in zip(forks, labels, strict=True):
            fork.append([token for token in label[:-1] if token is not None])
        rows = (await read(forks, [len(label) - 1 for label in labels])).log_softmax(-1)
    finally:
        for fork in forks:
            fork.close()
    scores = []
    for label in labels:
        own, rows = rows[: len(label) - 1], rows[len(label) - 1 :]
        scores.append(sum(_score(row, token, ends) for row, token in zip(own, label[1:], strict=True)))
    return scores


def _score(row: Tensor, token: int | None, ends: Sequence[int]) -> float:
    return float(torch.logsumexp(row[list(ends)], 0) if token is None else row[token])
