"""The request to decode one text with several models, and its result."""

from collections.abc import Mapping
from typing import Final

from pydantic import SerializeAsAny

from ..accounting import Usage
from ..frozen import Frozen
from ..message import Answer, Message, Prompt, Sampling
from ..models.sessions import Approximation
from .method import DecodingMethod

CERTIFIED: Final = "certified"
"""The counter of tokens that are proven to be those of whole distributions."""
ASKED_TWICE: Final = "asked twice"
"""The counter of tokens, proven or not, for which there was a second request."""
OPEN: Final = "open"
"""The counter of tokens that are not proven."""
PROOFS: Final = (CERTIFIED, ASKED_TWICE, OPEN)


class Decode(Message, tag="decode/1"):
    """A request for one text by all peers together, written by this method.

    >>> from symposia.agents import Ask
    >>> from symposia.agents.decoding.combine import Mean
    >>> decode = Decode(prompt=Ask(text="2 + 2?"), peers=("amber", "blue"), method=Mean(), sampling=Sampling())
    >>> decode.prompt.render(), decode.method.of
    ('2 + 2?', 'logits')
    """

    prompt: SerializeAsAny[Prompt]
    peers: tuple[str, ...]
    method: SerializeAsAny[DecodingMethod]
    sampling: Sampling


class Span(Frozen, tag="span/1"):
    """A piece of a text by one model: its name, the number of its tokens, and their text.

    >>> Span(by="amber", tokens=2, text="The end").by
    'amber'
    """

    by: str
    tokens: int
    text: str


class Decoded(Message, tag="decoded/1"):
    """A text that several models wrote together.

    Where logits were combined, `peer_logprobs` is the log-probability (nats) of each token under each peer, low where
    the others outvoted it, and `divergence` the Jensen-Shannon divergence (nats) of the peers' distributions at each
    token. Where models took turns, `spans` say who wrote what. `counts` are the decoding method's counters.
    `approximation` names the peers whose distributions were truncated to their likeliest tokens.

    >>> decoded = Decoded(answer=Answer(text="4"), peer_logprobs={"amber": (-0.1,), "blue": (-2.3,)}, divergence=(0.4,))
    >>> min(decoded.peer_logprobs, key=lambda name: decoded.peer_logprobs[name][0])  # who was outvoted
    'blue'
    """

    answer: Answer
    peer_logprobs: Mapping[str, tuple[float, ...]] = {}
    divergence: tuple[float, ...] = ()
    spans: tuple[Span, ...] = ()
    counts: Mapping[str, int] = {}
    approximation: Mapping[str, Approximation] = {}

    @property
    def usage(self) -> Usage:
        """The cost of all peers together."""
        return self.answer.usage
