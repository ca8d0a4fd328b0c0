"""What is said between a model that shares its distributions and whoever asks for them.

Distributions travel as logits: log-probabilities up to a constant, which a deferral head needs to know. Blocks
of numbers are base64 of their bytes, little end first: float32, and int32 for token ids.
"""

from ..failure import Failure
from ..frozen import Frozen
from ..message import Message, Turn


class Introduce(Message):
    """Asks a peer what its tokens mean."""


class Introduction(Message):
    """What a peer's tokens mean; `tokenizer` is the JSON of the `tokenizers` library."""

    fingerprint: str
    size: int
    ends: tuple[int, ...]
    tokenizer: str


class Begin(Message):
    """Asks for a text after these turns; a copy of another one where that is known still."""

    turns: tuple[Turn, ...]
    origin: int | None = None


class Begun(Message):
    """The number of a new text, and the tokens it begins with."""

    text: int
    ids: tuple[int, ...]


class Passage(Frozen):
    """How a text goes on: cut back to its first `keep` tokens, then these. `count` are the last positions to show.

    Said twice, it means the same: nobody has to know whether a message that was cancelled arrived.
    """

    text: int
    keep: int
    ids: tuple[int, ...] = ()
    count: int = 1


class ReadDistributions(Message):
    """Asks for the next-token distributions of texts, in one batch: their `top` likeliest tokens, or all.

    `fingerprint` says what the ids mean.
    """

    fingerprint: str
    passages: tuple[Passage, ...]
    top: int | None


class Whole(Frozen):
    """All logits at each position."""

    logits: str


class Top(Frozen):
    """The likeliest tokens at each position, their logits, and the logarithm of the sum of all others' exponentials.

    `errors` is the total variation distance between each distribution and what can be rebuilt of it.
    """

    ids: str
    logits: str
    tails: tuple[float, ...]
    errors: tuple[float, ...]


class Shown(Message):
    """What was asked for of each text, or why there is none."""

    texts: tuple[Whole | Top | Failure, ...]


class End(Message):
    """Says that a text is not needed any more."""

    text: int
