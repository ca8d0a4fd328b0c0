"""Requests to an engine: answers, logits, and jobs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from torch import Tensor

from ...message import Answer
from ...turn import Turn
from .adapters import Adapter
from .generation import Generation
from .reply import Reply
from .runner import ModelRunner
from .slot_cache import TokenSequence


@dataclass(frozen=True, eq=False)
class Write:
    """A request for an answer.

    >>> import asyncio
    >>> from symposia.agents.loading import load
    >>> from symposia.agents.message import Sampling
    >>> async def answered(model, turns):
    ...     write = Write(Generation(model.chat, Sampling(max_tokens=4)), turns, None, Reply())
    ...     model.engine.submit(write)
    ...     return await write.reply.future
    >>> asyncio.run(answered(load("pocket:base"), [Turn("user", "12 + 7 = ?")])).text
    '82'
    """

    generation: Generation
    turns: Sequence[Turn]
    adapter: Adapter | None
    reply: Reply[Answer]


@dataclass(frozen=True, eq=False)
class Passage:
    """A session's tokens at the time of a request; the first `valid` of its cached tokens are still the same.

    >>> Passage(TokenSequence([5, 6, 7], cached=3), ids=[5, 6, 8, 9], valid=2).prepared().unread
    2
    """

    sequence: TokenSequence
    ids: list[int]
    valid: int
    keep: int = 1

    def prepared(self) -> TokenSequence:
        """Its sequence, set to the tokens of this request, with those that have to be read (again) marked as unread."""
        self.sequence.ids, self.sequence.keep = self.ids, self.keep
        self.sequence.cached = min(self.sequence.cached, self.valid, len(self.ids) - self.keep)
        return self.sequence


@dataclass(frozen=True, eq=False)
class ReadLogits:
    """A request for logits at the last `keep` positions of each passage; with `states`, for hidden states there too.

    >>> import asyncio
    >>> async def requested(*passages):
    ...     return ReadLogits(passages, Reply())
    >>> asyncio.run(requested(Passage(TokenSequence([]), ids=[5, 6, 8], valid=0, keep=2))).size
    2
    """

    passages: Sequence[Passage]
    reply: Reply[Tensor]
    states: Reply[Tensor] | None = None

    @property
    def size(self) -> int:
        """The number of positions with logits: the sum of `keep`."""
        return sum(passage.keep for passage in self.passages)

    @property
    def closed(self) -> bool:
        """True if one of its sessions has been closed."""
        return any(passage.sequence.closed for passage in self.passages)


Job: TypeAlias = Callable[[ModelRunner], None]
"""A short function that is called between two rounds."""

Request: TypeAlias = Write | ReadLogits | Job
