"""Sessions of a model on another runtime."""

from collections.abc import Sequence
from typing import Protocol

from torch import Tensor

from ..decoding.participant import common
from ..errors import SymposiaError
from ..models.base import Vocabulary
from ..models.sessions import Approximation
from ..runtime.client import AgentClient
from ..turn import Turn
from .distributions import read
from .messages import Begin, Begun, Passage, Top, Whole


class SessionPeer(Protocol):
    """The part of a peer that a session uses."""

    @property
    def name(self) -> str:
        """The name its errors carry."""
        ...

    @property
    def texts(self) -> AgentClient:
        """The client by which texts are opened."""
        ...

    @property
    def top(self) -> int | None:
        """The number of likeliest tokens sent of each distribution; None for all."""
        ...

    @property
    def vocabulary(self) -> Vocabulary:
        """The identity of its vocabulary."""
        ...

    async def next(self, session: "RemoteSession") -> Tensor:
        """The next-token logits of a session."""
        ...

    def end(self, number: int) -> None:
        """Have a text closed there."""
        ...


class RemoteSession:
    """A `Session` of a peer: its tokens are here, its keys and values on the other runtime.

    Changes are sent with the next request for logits. A fork is made there when it is first read, from its origin's
    KV cache if that is still open.

    >>> import asyncio
    >>> from symposia.agents.loading import load
    >>> async def first_token(peer):
    ...     session = await peer.open([Turn("user", "12 + 7 = ?")])
    ...     return peer.decode([int((await session.next()).argmax())])
    >>> asyncio.run(first_token(load("peer:16/pocket:base")))
    '8'
    """

    def __init__(
        self, peer: SessionPeer, turns: tuple[Turn, ...], ids: Sequence[int] = (), origin: int | None = None
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
        """All tokens so far, the prompt included."""
        return tuple(self._ids)

    @property
    def approximation(self) -> Approximation | None:
        """The error of the rebuilt distributions; None if they came whole."""
        top = self._peer.top
        return None if top is None or not any(self._errors) else Approximation.of(top, self._errors)

    def append(self, ids: Sequence[int]) -> None:
        """Append tokens; the next request for logits sends them."""
        self._ids.extend(ids)

    async def next(self) -> Tensor:
        """The next-token logits: float32, shape (vocabulary,)."""
        return await self._peer.next(self)

    def rollback(self, length: int) -> None:
        """Truncate to the first `length` tokens. Raises `SymposiaError` for fewer than one or more than there are."""
        if not 1 <= length <= len(self._ids):
            raise SymposiaError(
                f"{self._peer.name}: cannot cut {len(self._ids)} tokens back to {length}. Keep at least one."
            )
        del self._ids[length:]
        self._same = min(self._same, length)
        self._untouched = min(self._untouched, length)

    def fork(self) -> "RemoteSession":
        """An independent copy."""
        return RemoteSession(self._peer, self._turns, self._ids, self._number)

    def close(self) -> None:
        """Ask the peer to free its KV cache. Closing twice is allowed."""
        if self._number is not None and not self._closed:
            self._peer.end(self._number)
        self._closed = True

    async def begin(self) -> None:
        """Ask the peer to open it, unless it is open. Raises `SymposiaError` after `close`."""
        if self._closed:
            raise SymposiaError(f"{self._peer.name}: the session was closed. Open another one.")
        if self._number is None:
            begun = await self._peer.texts.ask(Begin(turns=self._turns, origin=self._origin), Begun)
            self._number = begun.text
            self._ids = self._ids or list(begun.ids)
            self._same = common(begun.ids, self._ids)

    def lost(self) -> None:
        """Note that the peer does not have it any more: it is begun again with the next request."""
        self._number = self._origin = None
        self._same = 0

    def passage(self, count: int) -> Passage:
        """The changes since the last request, as a message. Raises `RuntimeError` before `begin`."""
        if self._number is None:
            raise RuntimeError("session: the peer does not know it yet. Await begin first.")
        self._untouched = len(self._ids)
        return Passage(text=self._number, keep=self._same, ids=tuple(self._ids[self._same :]), count=count)

    def record(self, shown: Whole | Top) -> Tensor:
        """The logits in a reply; records their errors."""
        self._same = self._untouched
        self._errors += shown.errors if isinstance(shown, Top) else ()
        return read(shown, self._peer.vocabulary.size)
