"""A text written with a model that is elsewhere."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from torch import Tensor

from ..decoding.participant import common
from ..errors import SymposiaError
from ..message import Turn
from ..models.base import Approximation
from .distributions import read
from .messages import Begin, Begun, Passage, Top, Whole

if TYPE_CHECKING:
    from .peer import Peer


class RemoteSession:
    """A `Session` of a peer. Its tokens live here, its keys and values there.

    The peer is told what changed when it is asked for logits. A copy is made there when it is first read, of
    its origin's cache if that is still there.
    """

    def __init__(
        self, peer: "Peer", turns: tuple[Turn, ...], ids: Sequence[int] = (), origin: int | None = None
    ) -> None:
        self._peer = peer
        self._turns = turns
        self._ids = list(ids)
        self._origin = origin
        self._number: int | None = None
        self._same = 0
        self._untouched = 0
        self._closed = False
        self._errors: list[float] = []

    @property
    def ids(self) -> tuple[int, ...]:
        """Every token so far, prompt included."""
        return tuple(self._ids)

    @property
    def approximation(self) -> Approximation | None:
        """How far what was rebuilt of the peer's distributions was from them; None if they came whole."""
        top = self._peer.top
        return None if top is None or not any(self._errors) else Approximation.of(top, self._errors)

    def append(self, ids: Sequence[int]) -> None:
        """Add tokens to the text."""
        self._ids.extend(ids)

    async def next(self) -> Tensor:
        """The next-token logits: float32, shape (vocabulary.size,)."""
        return await self._peer.batcher.next(self)

    def rollback(self, length: int) -> None:
        """Cut the text back to its first `length` tokens."""
        if not 1 <= length <= len(self._ids):
            raise SymposiaError(
                f"{self._peer.name}: cannot cut {len(self._ids)} tokens back to {length}. Keep at least one."
            )
        del self._ids[length:]
        self._same = min(self._same, length)
        self._untouched = min(self._untouched, length)

    def fork(self) -> "RemoteSession":
        """A copy that goes its own way."""
        return RemoteSession(self._peer, self._turns, self._ids, self._number)

    def close(self) -> None:
        """Have the peer free its cache. Closing twice is allowed."""
        if self._number is not None and not self._closed:
            self._peer.end(self._number)
        self._closed = True

    async def begin(self) -> None:
        """Have the peer open it, once."""
        if self._closed:
            raise SymposiaError(f"{self._peer.name}: the session was closed. Open another one.")
        if self._number is None:
            begun = await self._peer.client.ask(Begin(turns=self._turns, origin=self._origin), Begun)
            self._number = begun.text
            self._ids = self._ids or list(begun.ids)
            self._same = common(begun.ids, self._ids)

    def passage(self, count: int) -> Passage:
        """What is new of it, for the peer to read."""
        if self._number is None:
            raise RuntimeError("session: the peer does not know it yet. Await begin first.")
        self._untouched = len(self._ids)
        return Passage(text=self._number, keep=self._same, ids=tuple(self._ids[self._same :]), count=count)

    def record(self, shown: Whole | Top) -> Tensor:
        """The logits the peer showed, and a note of how exact they are."""
        self._same = self._untouched
        self._errors += shown.errors if isinstance(shown, Top) else ()
        return read(shown, self._peer.vocabulary.size)
