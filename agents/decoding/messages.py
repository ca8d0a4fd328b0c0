"""The request to decode one text with several models, and its result."""

from collections.abc import Mapping

from pydantic import SerializeAsAny

from ..accounting import Usage
from ..frozen import Frozen
from ..message import Answer, Message, Prompt, Sampling
from ..models.base import Approximation
from .method import DecodingMethod


class Decode(Message, tag="decode/1"):
    """Asks for one text by all peers together, written in this way."""

    prompt: SerializeAsAny[Prompt]
    peers: tuple[str, ...]
    method: SerializeAsAny[DecodingMethod]
    sampling: Sampling


class Span(Frozen, tag="span/1"):
    """A piece of a text, in tokens and in words, and who wrote it."""

    by: str
    tokens: int
    text: str


class Decoded(Message, tag="decoded/1"):
    """A text written together.

    Where logits were combined, `peer_logprobs` is the log-probability (nats) each peer gave each token of it: where
    a peer's is low, the others moved it; and `divergence` is the Jensen-Shannon divergence (nats) of the peers'
    distributions there. Where models took turns, `spans` say who wrote what. `counts` is what the decoding method
    counts. `approximation` names the peers whose distributions did not come whole.
    """

    answer: Answer
    peer_logprobs: Mapping[str, tuple[float, ...]] = {}
    divergence: tuple[float, ...] = ()
    spans: tuple[Span, ...] = ()
    counts: Mapping[str, int] = {}
    approximation: Mapping[str, Approximation] = {}

    @property
    def usage(self) -> Usage:
        """What all peers together have cost."""
        return self.answer.usage
