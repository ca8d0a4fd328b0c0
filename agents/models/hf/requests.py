"""What a resident model can be asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from torch import Tensor

from ...message import Answer, Turn
from .adapters import Adapter
from .generation import Generation
from .reply import Reply
from .runner import ModelRunner
from .slot_cache import TokenSequence


@dataclass(frozen=True, eq=False)
class Write:
    """Ask for an answer."""

    generation: Generation
    turns: Sequence[Turn]
    adapter: Adapter | None
    reply: Reply[Answer]


@dataclass(frozen=True, eq=False)
class Passage:
    """A session's text as it is now. Of what the cache holds of it, the first `valid` tokens are still right."""

    row: TokenSequence
    ids: list[int]
    valid: int
    keep: int = 1

    def prepared(self) -> TokenSequence:
        """Its row, set to read what the cache does not hold of it."""
        self.row.ids, self.row.keep = self.ids, self.keep
        self.row.cached = min(self.row.cached, self.valid, len(self.ids) - self.keep)
        return self.row


@dataclass(frozen=True, eq=False)
class ReadLogits:
    """Ask for logits: at the last `keep` positions of each passage; with `states`, for the hidden states there too."""

    passages: Sequence[Passage]
    reply: Reply[Tensor]
    states: Reply[Tensor] | None = None

    @property
    def size(self) -> int:
        """How many rows of logits that makes."""
        return sum(passage.keep for passage in self.passages)

    @property
    def closed(self) -> bool:
        """Whether a session was closed before it could be read."""
        return any(passage.row.closed for passage in self.passages)


Job: TypeAlias = Callable[[ModelRunner], None]
"""Something short to do between two rounds."""

Request: TypeAlias = Write | ReadLogits | Job
