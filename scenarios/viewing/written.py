"""The tokens of a written text: log-probabilities, and which of several models wrote or moved each."""

from collections.abc import Mapping, Sequence
from typing import Any

from ...agents.decoding.messages import Decoded, Span
from ...agents.frozen import Frozen
from ...agents.message import Answer, Message
from ..reporting.untrusted import plain
from .pieces import Pieces


class Written(Frozen):
    """The tokens of an answer. All sequences are as long as `ids`, or empty where the trace holds none.

    `pieces` are their texts where a tokenizer is on this machine; `logprobs` are in nats; `peers` is the
    log-probability of the token under each peer; `divergence` is the Jensen-Shannon divergence of the peers'
    distributions; `by` is the index in `writers` of the model that wrote the token, where models take turns.

    >>> Written(ids=(7,), logprobs=(-0.1,)).writers
    ()
    """

    ids: tuple[int, ...] = ()
    pieces: tuple[str, ...] = ()
    logprobs: tuple[float, ...] = ()
    peers: Mapping[str, tuple[float, ...]] = {}
    divergence: tuple[float, ...] = ()
    writers: tuple[str, ...] = ()
    by: tuple[int, ...] = ()


def written(message: Message, agent: str, pieces: Pieces) -> Written | None:
    """The tokens of a message; None of one that shows no tokens."""
    if isinstance(message, Decoded):
        return decoded(message, agent, pieces)
    if isinstance(message, Answer) and message.ids:
        return Written(
            ids=message.ids,
            logprobs=rounded(message.logprobs),
            pieces=shown(pieces.of(agent, message.ids, message.text)),
        )
    return None


def decoded(message: Decoded, agent: str, pieces: Pieces) -> Written | None:
    """The tokens of a text that several models wrote: by span where its tokens are not told."""
    answer, spans = message.answer, message.spans
    if not answer.ids:
        return None if not spans else Written(pieces=shown([one.text for one in spans]), **by_span(spans, whole=True))
    return Written(
        ids=answer.ids,
        logprobs=rounded(answer.logprobs),
        pieces=shown(pieces.of(agent, answer.ids, answer.text)),
        peers={name: rounded(values) for name, values in message.peer_logprobs.items()},
        divergence=rounded(message.divergence),
        **(by_span(spans) if sum(one.tokens for one in spans) == len(answer.ids) else {}),
    )


def by_span(spans: Sequence[Span], *, whole: bool = False) -> dict[str, Any]:
    """Who wrote each token, or, of whole spans, each span."""
    writers = tuple(dict.fromkeys(one.by for one in spans))
    places = [writers.index(one.by) for one in spans for _ in range(1 if whole else one.tokens)]
    return {"writers": writers, "by": tuple(places)}


def rounded(values: Sequence[float]) -> tuple[float, ...]:
    """Values to four digits after the point, which is what is shown; finite, as JSON has no other numbers.

    >>> rounded((-0.00012345, float("-inf")))
    (-0.0001, -1000.0)
    """
    return tuple(round(max(-1000.0, min(1000.0, value)), 4) for value in values)


def shown(texts: Sequence[str] | None) -> tuple[str, ...]:
    """Pieces that are safe to show; none where they are not known."""
    return () if texts is None else tuple(map(plain, texts))
