"""Sessions of a served model: a list of token ids, and nothing on the server."""

from collections.abc import Sequence
from typing import Final, Protocol

from torch import Tensor

from ...errors import SymposiaError
from ..base import Vocabulary
from ..sessions import Approximation
from .listed import Listed

KEPT: Final = 64
"""How many of the last listed positions a session keeps."""


class SteppingModel(Protocol):
    """The part of a served model that a session uses."""

    @property
    def name(self) -> str:
        """The name its errors carry."""
        ...

    @property
    def top(self) -> int | None:
        """The number of likeliest tokens asked for; None for all."""
        ...

    @property
    def vocabulary(self) -> Vocabulary:
        """The identity of its vocabulary."""
        ...

    async def step(self, sessions: "Sequence[ServedSession]", keep: Sequence[int] | None = None) -> Tensor:
        """The logits at the last positions of sessions."""
        ...


class ServedSession:
    """A `Session` of a served model: its ids are all there is, so it outlives a restart of the server.

    The server's prefix cache stands in for a KV cache. `listed` are the distributions that were not shown whole, by the
    number of tokens before them.

    >>> session = ServedSession(None, (5, 6, 7))
    >>> session.rollback(2)
    >>> session.fork().ids
    (5, 6)
    """

    def __init__(self, model: SteppingModel, ids: Sequence[int]) -> None:
        self.model = model
        self.listed: dict[int, Listed] = {}
        self._ids = list(ids)
        self._closed = False
        self._tails: list[float] = []

    @property
    def ids(self) -> tuple[int, ...]:
        """All tokens so far, the prompt included."""
        return tuple(self._ids)

    @property
    def approximation(self) -> Approximation | None:
        """A bound on the error of the rebuilt distributions: the mass of what was not listed. None if all was."""
        if self.model.top is None or not any(self._tails):
            return None
        return Approximation.of(self.model.top, self._tails, bound=True)

    def append(self, ids: Sequence[int]) -> None:
        """Append tokens. Raises `SymposiaError` for an unknown id, and after `close`."""
        self.check_open()
        size = self.model.vocabulary.size
        if odd := [number for number in ids if not 0 <= number < size]:
            raise SymposiaError(f"{self.model.name}: no token has the id {odd[0]}. Its vocabulary has {size:,}.")
        self._ids.extend(ids)

    async def next(self) -> Tensor:
        """The next-token logits: float32, shape (vocabulary,)."""
        return (await self.model.step((self,)))[0]

    def rollback(self, length: int) -> None:
        """Truncate to the first `length` tokens. Raises `SymposiaError` for fewer than one or more than there are."""
        self.check_open()
        if not 1 <= length <= len(self._ids):
            raise SymposiaError(
                f"{self.model.name}: cannot cut {len(self._ids)} tokens back to {length}. Keep at least one."
            )
        del self._ids[length:]
        self.listed = {place: one for place, one in self.listed.items() if place <= length}

    def fork(self) -> "ServedSession":
        """An independent copy."""
        self.check_open()
        return ServedSession(self.model, self._ids)

    def close(self) -> None:
        """Allow no more requests. There is nothing to free on the server; closing twice is allowed."""
        self._closed = True

    def take(self, rows: Sequence[Listed]) -> None:
        """Note the distributions at its last positions, one a row."""
        start = len(self._ids) - len(rows) + 1
        self.listed.update({start + place: row for place, row in enumerate(rows)})
        self._tails += [row.tail for row in rows]
        for place in sorted(self.listed)[:-KEPT]:
            del self.listed[place]

    def check_open(self) -> None:
        """Raise `SymposiaError` after `close`."""
        if self._closed:
            raise SymposiaError(f"{self.model.name}: the session was closed. Open another one.")
