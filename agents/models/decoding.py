"""Write with several models at once: step them together, combine their logits, take the next token."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, Self

from pydantic import SerializeAsAny

from ..agent import Agent, handles
from ..errors import BadScenario, MissingCapability, VocabularyMismatch
from ..message import Answer, Frozen, Message, Prompt, Sampling, Turn
from .base import Stepper

if TYPE_CHECKING:
    from torch import Tensor

DECODER: Final = "decoder"
"""The agent of every team that decodes across its members."""


class Combine(Frozen):
    """How next-token logits of several models become one. Subclass it; fields go into the trace."""

    def __call__(self, logits: "Tensor") -> "Tensor":
        """From float32 logits, shape (peers, vocabulary), to one row of logits."""
        raise TypeError(f"{type(self).__name__}: does not say how to combine. Define __call__.")


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
        if weights is not None and (sum(weights) == 0 or (of == "probabilities" and min(weights) < 0)):
            raise BadScenario(
                f"weights: {weights} have no mean. Their sum may not be zero, nor one negative in a mixture."
            )
        return cls(weights=weights, of=of)

    def __call__(self, logits: "Tensor") -> "Tensor":
        """Shape (peers, vocabulary) to (vocabulary,)."""
        weights = logits.new_tensor(self.weights or [1.0] * len(logits))
        weights = weights / weights.sum()
        if self.of == "logits":
            return weights @ logits
        return (logits.log_softmax(-1) + weights.log()[:, None]).logsumexp(0)


class Decode(Message):
    """Asks for one text by all peers together."""

    prompt: SerializeAsAny[Prompt]
    peers: tuple[str, ...]
    combine: SerializeAsAny[Combine]
    sampling: Sampling


class Decoded(Message):
    """A text written together.

    `given` is the log-probability (nats) each peer gave each token of it: where a peer's is low, the others
    moved it.
    """

    answer: Answer
    given: Mapping[str, tuple[float, ...]]


class Decoder(Agent):
    """Holds one session with every peer and writes from their combined distributions."""

    def __init__(self, name: str, peers: Mapping[str, Any], personas: Mapping[str, str]) -> None:
        super().__init__(name)
        self.peers = peers
        self.personas = personas

    @handles
    async def write(self, decode: Decode) -> Decoded:
        """Write until an end token, a stop string or the token limit."""
        from .fused import write_together

        steppers = {name: stepper(name, self.peers[name]) for name in decode.peers}
        check_vocabularies(steppers)
        sessions = await asyncio.gather(
            *(model.open(self._turns(name, decode.prompt)) for name, model in steppers.items())
        )
        try:
            return await write_together(steppers, sessions, decode)
        finally:
            for session in sessions:
                session.close()

    def _turns(self, name: str, prompt: Prompt) -> tuple[Turn, ...]:
        persona = self.personas.get(name)
        return (*((Turn(role="system", text=persona),) if persona else ()), *prompt.turns())


def stepper(name: str, model: object) -> Stepper:
    """The model as one that shows distributions. Raises `MissingCapability`."""
    if not isinstance(model, Stepper):
        raise MissingCapability(
            f"{name}: a {type(model).__name__} shows no distributions. Use a model that does: pocket: or hf:."
        )
    return model


def check_vocabularies(models: Mapping[str, Stepper]) -> None:
    """Raise `VocabularyMismatch` unless all models mean the same by every token id."""
    (first, lead), *others = models.items()
    for name, model in others:
        if model.vocabulary.fingerprint != lead.vocabulary.fingerprint:
            raise VocabularyMismatch(
                f"{name}: its vocabulary is not {first}'s ({model.vocabulary.size} and {lead.vocabulary.size} tokens). "
                "Combine models of one tokenizer."
            )
