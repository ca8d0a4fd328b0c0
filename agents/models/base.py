"""The capabilities of models, weakest first. A protocol's signature names the one it needs.

Nothing here imports torch: a protocol file can name a capability without loading it. Members are
methods and cheap properties, since `isinstance` evaluates properties.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeAlias, runtime_checkable

from ..message import Answer, Choice, Reward, Sampling
from ..turn import Turn
from .sessions import Session

if TYPE_CHECKING:
    from torch import Tensor

    from .hf.adapters import Adapter
    from .hf.token_map import TokenMap

    Parameters: TypeAlias = Mapping[str, Tensor]

GREEDY = Sampling()


@dataclass(frozen=True)
class Vocabulary:
    """The identity of a vocabulary.

    `fingerprint` is a hash of the whole token-to-id map: two models share ids if and only if their
    fingerprints are equal. Ids >= `size` are padding of the output layer. `ends` are the ids that end a text.

    >>> from symposia.agents.loading import load
    >>> load("pocket:base").vocabulary.fingerprint == load("pocket:generalist").vocabulary.fingerprint
    True
    """

    fingerprint: str
    size: int
    ends: tuple[int, ...]


@runtime_checkable
class Writer(Protocol):
    """A model that writes text."""

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        """Write the next assistant turn. A last turn of the assistant's is continued."""
        ...


@runtime_checkable
class Ranking(Writer, Protocol):
    """A writer that may show the log-probabilities of labels, and writes one of them where it does not."""

    async def rank(self, turns: Sequence[Turn], labels: Sequence[str], sampling: Sampling = GREEDY) -> Choice:
        """The log-probability in nats of each label, and the labels that the reply names."""
        ...


@runtime_checkable
class Resumable(Protocol):
    """A model whose answers depend on how often it was asked."""

    def resume(self, calls: int) -> None:
        """Go on after this many calls, whose answers are known from an earlier run."""
        ...


@runtime_checkable
class Stepper(Writer, Protocol):
    """A writer that also shows its next-token distributions."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The identity of its vocabulary."""
        ...

    def decode(self, ids: Sequence[int]) -> str:
        """The text of tokens, without end tokens."""
        ...

    def encode(self, text: str, *, begins: bool = False) -> list[int]:
        """The tokens of a text that continues an answer, or `begins` one."""
        ...

    async def open(self, turns: Sequence[Turn]) -> Session:
        """Start writing the next assistant turn, token by token."""
        ...

    async def choose(self, turns: Sequence[Turn], labels: Sequence[str]) -> Choice:
        """The log-probability in nats of each label as the whole next turn, from forward passes alone."""
        ...


@runtime_checkable
class Naming(Protocol):
    """A stepper that knows its special tokens by name."""

    def named_in(self, stops: Sequence[str]) -> "Mapping[int, str]":
        """The special tokens that stop strings name, by id: `decode` does not show them."""
        ...


@runtime_checkable
class Batching(Protocol):
    """A stepper that batches sessions of one engine into one forward pass."""

    @property
    def engine(self) -> object:
        """The engine: models with the same one share forward passes."""
        ...

    async def step(self, sessions: Sequence[Any], keep: Sequence[int] | None = None) -> "Tensor":
        """The logits at the last `keep` positions of each session of one engine, by default at the last one.

        float32, shape (sum of keep, vocabulary.size). All appended tokens are read in one forward pass, so the
        logits after every token of a draft cost one pass.
        """
        ...


@runtime_checkable
class Normalized(Protocol):
    """A stepper whose logits are log-probabilities: off by a constant a position, which only absolute values show."""

    @property
    def normalized(self) -> bool:
        """True if they are."""
        ...


@runtime_checkable
class Portable(Stepper, Protocol):
    """A stepper whose tokenizer can be sent to another process, which then uses it as a peer."""

    def tokenizer(self) -> str:
        """Its tokenizer, serialized as JSON by the `tokenizers` library."""
        ...


@runtime_checkable
class Hidden(Stepper, Protocol):
    """A stepper that also shows its last hidden states, the input of its output layer."""

    async def show(self, sessions: Sequence[Any], keep: Sequence[int]) -> "tuple[Tensor, Tensor]":
        """Next-token logits and hidden states at the last `keep` positions of each session, in one forward pass.

        Both are float32, of the shapes (sum of keep, vocabulary.size) and (sum of keep, width).
        """
        ...


@runtime_checkable
class Open(Stepper, Protocol):
    """A stepper that also shows its parameters, and can be rebuilt with others."""

    @property
    def parameters(self) -> "Parameters":
        """The parameters by name, by reference: never write to them."""
        ...

    def with_parameters(self, parameters: "Parameters", *, name: str) -> Self:
        """A loaded model of the same architecture and vocabulary with these parameters."""
        ...


@runtime_checkable
class Configured(Protocol):
    """A model whose configuration shows: what makes its function besides its parameters."""

    @property
    def settings(self) -> "Mapping[str, Any]":
        """The configuration as in config.json."""
        ...


@runtime_checkable
class Adapted(Open, Protocol):
    """An open model that shares resident weights with others, with or without a LoRA adapter of its own."""

    @property
    def engine(self) -> object:
        """The engine of the resident weights: models with the same one share a base."""
        ...

    @property
    def adapter(self) -> "Adapter | None":
        """The LoRA adapter applied to the weights, if any."""
        ...

    def through(self, adapter: "Adapter") -> "Adapted":
        """The same weights with this adapter alone."""
        ...


@runtime_checkable
class Tokenized(Protocol):
    """A model whose tokenizer can be aligned with another one's, token by token."""

    @property
    def token_map(self) -> "TokenMap":
        """Its token-to-id map, and how it tokenizes text."""
        ...


@runtime_checkable
class Scorer(Protocol):
    """A reward model: it scores answers, and need not write any."""

    async def score(self, turns: Sequence[Turn]) -> Reward:
        """The raw score of the last turn, the assistant's, given those before it."""
        ...
