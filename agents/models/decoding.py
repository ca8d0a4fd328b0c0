"""Write one text with several models: what is asked for, how the next token comes about, what comes back."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import isfinite
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, Self

from pydantic import SerializeAsAny

from ..agent import Agent, handles
from ..errors import BadScenario, MissingCapability, PromptTooLong, VocabularyMismatch
from ..message import Answer, Frozen, Message, Prompt, Sampling, Turn
from .base import Approximation, Stepper
from .study import Study

if TYPE_CHECKING:
    from torch import Tensor

    from .hand import Hand
    from .shared import SharedText

DECODER: Final = "decoder"
"""The agent of every team that decodes across its members."""


class Way(Frozen):
    """How several models write one text. Subclass it; its fields go into the trace.

    `one_vocabulary` says that they exchange token ids or logits, so that all must mean the same by them;
    otherwise what one writes reaches the others as text, or as ids where their vocabularies are equal.
    """

    one_vocabulary: ClassVar[bool] = True

    def peers(self, members: tuple[str, ...]) -> tuple[str, ...]:
        """Who takes part, of a team's members, the lead first. By default all."""
        return members

    async def write(self, text: "SharedText") -> None:
        """Write until `text.finish` says why the text is done."""
        raise TypeError(f"{type(self).__name__}: does not say how to write. Define write.")


class Combine(Way):
    """How next-token logits of several models become one. Subclass it and define `__call__`.

    With `speculate`, the `drafter`, by default the last of the peers, writes so many tokens ahead, which all
    others read in one forward pass. That changes what the text costs, not what it says.
    """

    speculate: int = 0
    drafter: str | None = None

    def __call__(self, logits: "Tensor") -> "Tensor":
        """From float32 logits, shape (..., peers, vocabulary), in the order of `peers`, to (..., vocabulary)."""
        raise TypeError(f"{type(self).__name__}: does not say how to combine. Define __call__.")

    def speculating(self, tokens: int, drafter: str | None, members: tuple[str, ...]) -> Self:
        """The same with drafts of so many tokens. Raises `BadScenario` for what cannot be drafted."""
        peers = self.peers(members)
        if tokens < 0:
            raise BadScenario(f"speculate: {tokens} tokens cannot be drafted. Use 0 for none, or some 2 to 8.")
        if drafter is not None and drafter not in peers:
            raise BadScenario(f"drafter: {drafter} does not write. Those who do: {', '.join(peers)}.")
        return self.model_copy(update={"speculate": tokens, "drafter": drafter})

    async def write(self, text: "SharedText") -> None:
        """Step all peers together, combine, take a token for all."""
        from .fused import write_together

        await write_together(text, self)


class Mean(Combine):
    """The weighted mean of logits, a product of experts, or of probabilities, a mixture of experts.

    Weights are scaled to sum to one; equal by default.
    """

    weights: tuple[float, ...] | None = None
    of: Literal["logits", "probabilities"] = "logits"

    @classmethod
    def checked(cls, weights: tuple[float, ...] | None, of: Literal["logits", "probabilities"], peers: int) -> Self:
        """The mean of this many peers. Raises `BadScenario` for weights that cannot be theirs."""
        if weights is not None and len(weights) != peers:
            raise BadScenario(f"weights: {len(weights)} for {peers} models. Give one a model.")
        if weights is not None and not all(map(isfinite, weights)):
            raise BadScenario(f"weights: {weights} are not all finite. Give a number a model.")
        if weights is not None and (sum(weights) == 0 or (of == "probabilities" and min(weights) < 0)):
            raise BadScenario(
                f"weights: {weights} have no mean. Their sum may not be zero, nor one negative in a mixture."
            )
        return cls(weights=weights, of=of)

    def __call__(self, logits: "Tensor") -> "Tensor":
        """Shape (..., peers, vocabulary) to (..., vocabulary)."""
        weights = self.weights or (1.0,) * logits.shape[-2]
        scaled = [weight / sum(weights) for weight in weights]
        if self.of == "logits":
            return total(logits, scaled)
        return (logits.log_softmax(-1) + logits.new_tensor(scaled).log()[:, None]).logsumexp(-2)


def total(logits: "Tensor", factors: Sequence[float]) -> "Tensor":
    """The sum of peers' logits, (..., peers, vocabulary), each times its factor: (..., vocabulary)."""
    first, *others = logits.unbind(-2)
    summed = first * factors[0]
    for row, factor in zip(others, factors[1:], strict=True):
        summed.add_(row, alpha=factor)
    return summed


class Decode(Message):
    """Asks for one text by all peers together, written in this way."""

    prompt: SerializeAsAny[Prompt]
    peers: tuple[str, ...]
    way: SerializeAsAny[Way]
    sampling: Sampling


class Span(Frozen):
    """A piece of a text, in tokens and in words, and who wrote it."""

    by: str
    tokens: int
    text: str


class Decoded(Message):
    """A text written together.

    Where logits were combined, `given` is the log-probability (nats) each peer gave each token of it: where
    a peer's is low, the others moved it; and `apart` is how far their distributions were apart there, the
    Jensen-Shannon divergence in nats. Where models took turns, `spans` say who wrote what. `counts` is what
    the way of writing counts. `approximation` names the peers whose distributions did not come whole.
    """

    answer: Answer
    given: Mapping[str, tuple[float, ...]] = {}
    apart: tuple[float, ...] = ()
    spans: tuple[Span, ...] = ()
    counts: Mapping[str, int] = {}
    approximation: Mapping[str, Approximation] = {}


class Decoder(Agent):
    """Holds a session with every peer and has them write one text, or finds out something by reading them."""

    def __init__(self, name: str, peers: Mapping[str, Any], personas: Mapping[str, str]) -> None:
        super().__init__(name)
        self.peers = peers
        self.personas = personas

    @handles
    async def write(self, decode: Decode) -> Decoded:
        """Write until an end token, a stop string, the token limit or the end of the smallest context."""
        if decode.way.one_vocabulary:
            check_vocabularies({name: stepper(name, self.peers[name]) for name in decode.peers})
        with self.text(decode.prompt, decode.peers, decode.sampling) as text:
            try:
                await decode.way.write(text)
            except PromptTooLong:
                if not text.tokens:
                    raise
                text.finish = "length"
            return text.decoded()

    @handles
    async def study(self, study: Study) -> Message:
        """What a study finds out."""
        return await study.result(self)

    @contextmanager
    def text(self, prompt: Prompt, peers: Sequence[str], sampling: Sampling) -> Iterator["SharedText"]:
        """A text for these peers to write, the lead first. Their caches are freed at the end."""
        from .shared import SharedText

        hands = {name: self.hand(name, prompt) for name in peers}
        try:
            yield SharedText(hands, sampling)
        finally:
            for hand in hands.values():
                hand.close()

    def hand(self, name: str, prompt: Prompt) -> "Hand":
        """One peer's part in a text. Close it."""
        from .hand import Hand

        return Hand(stepper(name, self.peers[name]), self._system(name), prompt)

    def _system(self, name: str) -> tuple[Turn, ...]:
        persona = self.personas.get(name)
        return (Turn(role="system", text=persona),) if persona else ()


def stepper(name: str, model: object) -> Stepper:
    """The model as one that shows distributions. Raises `MissingCapability`."""
    if not isinstance(model, Stepper):
        raise MissingCapability(
            f"{name}: a {type(model).__name__} shows no distributions. Use a model that does: pocket: or hf:."
        )
    return model


def check_vocabularies(models: Mapping[str, Any]) -> None:
    """Raise `VocabularyMismatch` unless all models mean the same by every token id."""
    (first, lead), *others = ((name, stepper(name, model)) for name, model in models.items())
    for name, model in others:
        if model.vocabulary.fingerprint != lead.vocabulary.fingerprint:
            raise VocabularyMismatch(
                f"{name}: its vocabulary is not {first}'s ({model.vocabulary.size} and {lead.vocabulary.size} tokens). "
                "Combine models of one tokenizer."
            )
