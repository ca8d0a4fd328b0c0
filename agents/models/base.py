"""What a language model can offer, weakest first. A protocol's signature says which it needs.

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
    """What token ids mean.

    `fingerprint` is a hash of the whole token-to-id map: two models share ids if and only if their
    fingerprints are equal. Ids >= `size` are padding of the output layer. `ends` are the ids that end a text.
    """

    fingerprint: str
    size: int
    ends: tuple[int, ...]


@runtime_checkable
class Writer(Protocol):
    """Writes text."""

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        """The next assistant turn. A last turn of the assistant's is continued."""
        ...


@runtime_checkable
class Stepper(Writer, Protocol):
    """Also shows its next-token distributions."""

    @property
    def vocabulary(self) -> Vocabulary:
        """What its token ids mean."""
        ...

    def decode(self, ids: Sequence[int]) -> str:
        """Tokens as text, end tokens left out."""
        ...

    def encode(self, text: str, *, begins: bool = False) -> list[int]:
        """A text as tokens: as it goes on after others, or as it begins an answer."""
        ...

    async def open(self, turns: Sequence[Turn]) -> Session:
        """Start writing the next assistant turn, token by token."""
        ...

    async def choose(self, turns: Sequence[Turn], labels: Sequence[str]) -> Choice:
        """The log-probability of each label as the whole next turn, from forward passes alone."""
        ...


@runtime_checkable
class Batching(Protocol):
    """A stepper that reads many sessions in one forward pass: all that belong to its engine."""

    @property
    def engine(self) -> object:
        """What its sessions share with those of other models."""
        ...

    async def step(self, sessions: Sequence[Any], keep: Sequence[int] | None = None) -> "Tensor":
        """The logits at the last `keep` positions of sessions of one engine, at the last one where not given.

        float32, shape (sum of keep, vocabulary.size). What was appended to a session is still read in one forward
        pass: so it costs little to learn what follows each token of a draft.
        """
        ...


@runtime_checkable
class Portable(Stepper, Protocol):
    """A stepper that others can ask from elsewhere: its tokenizer can be sent there."""

    def tokenizer(self) -> str:
        """Its tokenizer, as the JSON of the `tokenizers` library."""
        ...


@runtime_checkable
class Hidden(Stepper, Protocol):
    """Also shows its last hidden states: what its output layer makes the logits of."""

    async def show(self, sessions: Sequence[Any], keep: Sequence[int]) -> "tuple[Tensor, Tensor]":
        """Next-token logits and hidden states at the last `keep` positions of each of its sessions, in one pass.

        Both are float32, of the shapes (sum of keep, vocabulary.size) and (sum of keep, width).
        """
        ...


@runtime_checkable
class Open(Stepper, Protocol):
    """Also shows its parameters, and can be rebuilt with others."""

    @property
    def parameters(self) -> "Parameters":
        """The parameters by reference, tensor by tensor: never write to them."""
        ...

    def with_parameters(self, parameters: "Parameters", *, name: str) -> Self:
        """A live model of the same architecture and vocabulary with these parameters."""
        ...


@runtime_checkable
class Adapted(Open, Protocol):
    """An open model over weights that are resident once: the weights themselves, or read through a LoRA adapter."""

    @property
    def engine(self) -> object:
        """The resident weights: models with the same engine lie on the same base."""
        ...

    @property
    def adapter(self) -> "Adapter | None":
        """The adapter the weights are read through, if any."""
        ...

    def through(self, adapter: "Adapter") -> "Adapted":
        """The weights read through this adapter and no other."""
        ...


@runtime_checkable
class Tokenized(Protocol):
    """A model whose tokenizer can be matched with another one's, token by token."""

    @property
    def token_map(self) -> "TokenMap":
        """What its token ids mean, and how it cuts text."""
        ...


@runtime_checkable
class Scorer(Protocol):
    """Says how good an answer is: a reward model. It need not write any."""

    async def score(self, turns: Sequence[Turn]) -> Reward:
        """The raw score of the last turn, the assistant's, after those before it."""
        ...
