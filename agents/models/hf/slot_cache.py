"""One key-value cache for many texts of different lengths: a slot a text, and neighbours read as a view."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from transformers import Cache, DynamicLayer

if TYPE_CHECKING:
    from .adapters import Adapter


FIRST = (8, 64)
"""How many slots and columns an empty cache has."""
KEPT = 2**16
"""How many tokens' worth of memory an empty cache keeps for the texts to come."""


PIECE = 2048
"""A longer text is read in pieces of this many tokens, since the mask of a pass is its tokens times all before them."""


@dataclass(eq=False)
class TokenSequence:
    """One text: its tokens, how many of them the cache holds, where, and through which adapter it is read.

    `keep` is how many of the last positions a reading returns logits for. A closed row is not read again.
    """

    ids: list[int]
    adapter: "Adapter | None" = None
    cached: int = 0
    slot: int | None = None
    keep: int = 1
    closed: bool = False

    @property
    def unread(self) -> int:
        """How many tokens the cache does not hold."""
        return len(self.ids) - self.cached

    @property
    def coming(self) -> int:
        """How many of them the next forward pass reads. Those that logits are wanted for come together."""
        if self.unread <= PIECE:
            return self.unread
        return min(PIECE, self.unread - self.keep) or self.unread


@dataclass(frozen=True)
class CacheShape:
    """What a model caches per token: `layers` times `heads` keys and values of these widths."""

    layers: int
    heads: int
    key_width: int
    value_width: int


class SlotCache(Cache):
    """Keys and values in two tensors of shape (layers, slots, heads, length, width), grown by doubling.

    Token t of a text lies at column t of its slot, so a text needs no left padding, a shorter neighbour
    only a mask. The slots in use are always the first ones. The last column takes what padding writes.
    What a head reads lies in one piece: with columns before heads, attention took a fifth longer.
    """

    def __init__(self, shape: CacheShape, dtype: torch.dtype, device: torch.device) -> None:
        super().__init__(layers=[DynamicLayer() for _ in range(shape.layers)])  # type: ignore[no-untyped-call]
        self.rows: list[TokenSequence] = []
        self._shape = shape
        self._dtype, self._device = dtype, device
        self._keys, self._values = self._empty(FIRST)

    def reserve(self, rows: Sequence[TokenSequence]) -> None:
        """Give every row a slot that is long enough for its ids."""
        for row in rows:
            if row.slot is None:
                row.slot, row.cached = len(self.rows), 0
                self.rows.append(row)
        slots, length = self._keys.shape[1], self._keys.shape[3]
        longest = 1 + max(len(row.ids) for row in rows)
        if len(self.rows) > slots or longest > length:
            self._grow((_doubled(slots, len(self.rows)), _doubled(length, longest)))

    def release(self, row: TokenSequence) -> None:
        """Close the row and free its slot; the last text moves into the hole."""
        row.closed = True
        if row.slot is None:
            return
        last = self.rows.pop()
        if last is not row:
            self._copy(last, row.slot)
            last.slot = row.slot
            self.rows[row.slot] = last
        row.slot, row.cached = None, 0
        if not self.rows and self._keys.shape[1] * self._keys.shape[3] > KEPT:
            self._keys, self._values = self._empty(FIRST)

    def fork(self, origin: TokenSequence, copy: TokenSequence) -> None:
        """Give `copy` its own copy of what the cache holds of its origin, if it holds anything."""
        if origin.slot is None or copy.closed:
            return
        self.reserve((copy,))
        if copy.slot is not None:
            self._copy(origin, copy.slot)
        copy.cached = origin.cached

    def clear(self) -> None:
        """Forget everything. Texts that are read again get a new slot and are read from their start."""
        for row in self.rows:
            row.slot, row.cached = None, 0
        self.rows.clear()

    def gather(self, rows: Sequence[TokenSequence]) -> list[TokenSequence]:
        """Bring rows into neighbouring slots, with as few moves as there are gaps; returns them in slot order."""
        slots = {row.slot for row in rows if row.slot is not None}
        first = min(slots)
        window = range(first, first + len(rows))
        strangers = [slot for slot in window if slot not in slots]
        for slot, row in zip(strangers, (row for row in rows if row.slot not in window), strict=True):
            self._swap(row, self.rows[slot])
        return self.rows[window.start : window.stop]

    def aim(self, rows: Sequence[TokenSequence], columns: Tensor, length: int) -> None:
        """Set what the coming forward pass writes and reads.

        `rows` are neighbours, `columns` (rows, tokens) says where each new token goes, `length` how many
        columns attention sees.
        """
        first, (heads, size) = rows[0].slot or 0, self._keys.shape[2:4]
        self._window = slice(first, first + len(rows)), slice(None), slice(length)
        starts = torch.arange(first * heads, (first + len(rows)) * heads, device=columns.device) * size
        self._places = (starts.view(-1, heads, 1) + columns[:, None]).flatten()

    def update(
        self, key_states: Tensor, value_states: Tensor, layer_idx: int, *_: object, **__: object
    ) -> tuple[Tensor, Tensor]:
        """Called by each attention layer with (rows, heads, tokens, width): store it, return all there is."""
        kept = self._keys[layer_idx], self._values[layer_idx]
        for layer, states in zip(kept, (key_states, value_states), strict=True):
            layer.flatten(0, 2).index_copy_(0, self._places, states.flatten(0, 2))
        keys, values = kept
        return keys[self._window], values[self._window]

    @property
    def padding_column(self) -> int:
        """The column that no text uses."""
        return int(self._keys.shape[3]) - 1

    def _empty(self, size: tuple[int, int]) -> tuple[Tensor, Tensor]:
        """Zeros, since what is masked must still be a number."""
        slots, length = size
        of_all = self._shape.layers, slots, self._shape.heads, length
        keys = torch.zeros(*of_all, self._shape.key_width, dtype=self._dtype, device=self._device)
        return keys, keys.new_zeros(*of_all, self._shape.value_width)

    def _grow(self, size: tuple[int, int]) -> None:
        keys, values = self._empty(size)
        used = (slice(None), slice(self._keys.shape[1]), slice(None), slice(self._keys.shape[3]))
        keys[used], values[used] = self._keys, self._values
        self._keys, self._values = keys, values

    def _copy(self, row: TokenSequence, slot: int) -> None:
        for kept in (self._keys, self._values):
            kept[:, slot, :, : row.cached] = kept[:, row.slot, :, : row.cached]

    def _swap(self, one: TokenSequence, other: TokenSequence) -> None:
        length = max(one.cached, other.cached)
        for kept in (self._keys, self._values):
            held = kept[:, one.slot, :, :length].clone()
            kept[:, one.slot, :, :length] = kept[:, other.slot, :, :length]
            kept[:, other.slot, :, :length] = held
        one.slot, other.slot = other.slot, one.slot
        for row in (one, other):
            if row.slot is not None:
                self.rows[row.slot] = row


def _doubled(size: int, needed: int) -> int:
    while size < needed:
        size *= 2
    return size
