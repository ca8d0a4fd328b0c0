"""One KV cache for many sequences of different lengths: a slot each, neighbouring slots read as a view."""

from collections.abc import Sequence
from dataclasses import dataclass
from inspect import signature
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from transformers import Cache, DynamicLayer, PreTrainedModel

if TYPE_CHECKING:
    from .adapters import Adapter


FIRST = (8, 64)
"""The slots and columns of an empty cache."""
KEPT = 2**16
"""The most tokens of memory that an emptied cache keeps for later sequences."""


PIECE = 2048
"""The chunk size of chunked prefill in tokens: the mask of a pass takes its tokens times all before them."""


@dataclass(eq=False)
class TokenSequence:
    """One sequence: its tokens, how many of them are cached, its slot, and its adapter.

    `keep` is the number of last positions with logits. A closed sequence is not read again.

    >>> TokenSequence([2, 474, 22, 468], cached=3).unread
    1
    """

    ids: list[int]
    adapter: "Adapter | None" = None
    cached: int = 0
    slot: int | None = None
    keep: int = 1
    closed: bool = False

    @property
    def unread(self) -> int:
        """The number of tokens that are not cached."""
        return len(self.ids) - self.cached

    @property
    def coming(self) -> int:
        """The number of tokens in the next forward pass: all unread ones, or a chunk.

        Positions with logits stay together.
        """
        if self.unread <= PIECE:
            return self.unread
        return min(PIECE, self.unread - self.keep) or self.unread


@dataclass(frozen=True)
class CacheShape:
    """A model's KV cache per token: keys and values of these widths for each layer and head.

    >>> CacheShape(layers=2, heads=4, key_width=64, value_width=64).heads
    4
    """

    layers: int
    heads: int
    key_width: int
    value_width: int


class SlotCache(Cache):
    """Keys and values in two tensors of shape (layers, slots, heads, length, width), grown by doubling.

    Token t of a sequence is at column t of its slot, so that no sequence needs left padding, and shorter ones only a
    mask. The slots in use are always the first ones. The last column takes the keys and values of padding. What a head
    reads is contiguous: with columns before heads, attention took a fifth longer.

    >>> cache = SlotCache(CacheShape(2, 4, 64, 64), torch.float32, torch.device("cpu"))
    >>> first, second = TokenSequence([2, 474]), TokenSequence([2, 22, 468])
    >>> cache.reserve([first, second])
    >>> cache.release(first)  # the last sequence moves into the free slot
    >>> first.slot, second.slot
    (None, 0)
    """

    def __init__(self, shape: CacheShape, dtype: torch.dtype, device: torch.device) -> None:
        super().__init__(layers=[DynamicLayer() for _ in range(shape.layers)])  # type: ignore[no-untyped-call]
        self.sequences: list[TokenSequence] = []
        self._shape = shape
        self._dtype, self._device = dtype, device
        self._keys, self._values = self._empty(FIRST)

    def reserve(self, sequences: Sequence[TokenSequence]) -> None:
        """Give every sequence a slot, and all slots enough columns for its ids."""
        for sequence in sequences:
            if sequence.slot is None:
                sequence.slot, sequence.cached = len(self.sequences), 0
                self.sequences.append(sequence)
        slots, length = self._keys.shape[1], self._keys.shape[3]
        longest = 1 + max(len(sequence.ids) for sequence in sequences)
        if len(self.sequences) > slots or longest > length:
            self._grow((_doubled(slots, len(self.sequences)), _doubled(length, longest)))

    def release(self, sequence: TokenSequence) -> None:
        """Close a sequence and free its slot; the sequence in the last slot moves there."""
        sequence.closed = True
        if sequence.slot is None:
            return
        last = self.sequences.pop()
        if last is not sequence:
            self._copy(last, sequence.slot, last.cached)
            last.slot = sequence.slot
            self.sequences[sequence.slot] = last
        sequence.slot, sequence.cached = None, 0
        if not self.sequences and self._keys.shape[1] * self._keys.shape[3] > KEPT:
            self._keys, self._values = self._empty(FIRST)

    def fork(self, origin: TokenSequence, copy: TokenSequence, length: int | None = None) -> None:
        """Copy the cached keys and values of `origin`, or of its first `length` tokens, to a slot of `copy`."""
        if origin.slot is None or copy.closed:
            return
        self.reserve((copy,))
        shared = origin.cached if length is None else min(length, origin.cached)
        if copy.slot is not None:
            self._copy(origin, copy.slot, shared)
        copy.cached = shared

    def clear(self) -> None:
        """Free all slots. Sequences that are read again are read from their start."""
        for sequence in self.sequences:
            sequence.slot, sequence.cached = None, 0
        self.sequences.clear()

    def gather(self, sequences: Sequence[TokenSequence]) -> list[TokenSequence]:
        """Swap sequences into neighbouring slots, one swap a gap; returns them in slot order."""
        slots = {sequence.slot for sequence in sequences if sequence.slot is not None}
        first = min(slots)
        window = range(first, first + len(sequences))
        strangers = [slot for slot in window if slot not in slots]
        for slot, sequence in zip(
            strangers, (sequence for sequence in sequences if sequence.slot not in window), strict=True
        ):
            self._swap(sequence, self.sequences[slot])
        return self.sequences[window.start : window.stop]

    def aim(self, sequences: Sequence[TokenSequence], columns: Tensor, length: int) -> None:
        """Set the slots and columns of the next forward pass.

        `sequences` are in neighbouring slots, `columns` (sequences, tokens) are those of the new tokens; attention sees
        the first `length` columns.
        """
        first, (heads, size) = sequences[0].slot or 0, self._keys.shape[2:4]
        self._window = slice(first, first + len(sequences)), slice(None), slice(length)
        starts = torch.arange(first * heads, (first + len(sequences)) * heads, device=columns.device) * size
        self._targets = (starts.view(-1, heads, 1) + columns[:, None]).flatten()

    def update(
        self, key_states: Tensor, value_states: Tensor, layer_idx: int, *_: object, **__: object
    ) -> tuple[Tensor, Tensor]:
        """Store keys and values (sequences, heads, tokens, width) of a layer; returns all that attention sees."""
        kept = self._keys[layer_idx], self._values[layer_idx]
        for layer, states in zip(kept, (key_states, value_states), strict=True):
            layer.flatten(0, 2).index_copy_(0, self._targets, states.flatten(0, 2))
        keys, values = kept
        return keys[self._window], values[self._window]

    @property
    def padding_column(self) -> int:
        """The column for padding, which no sequence uses."""
        return int(self._keys.shape[3]) - 1

    def _empty(self, size: tuple[int, int]) -> tuple[Tensor, Tensor]:
        """Keys and values of zeros: masked entries must be finite."""
        slots, length = size
        of_all = self._shape.layers, slots, self._shape.heads, length
        keys = torch.zeros(*of_all, self._shape.key_width, dtype=self._dtype, device=self._device)
        return keys, keys.new_zeros(*of_all, self._shape.value_width)

    def _grow(self, size: tuple[int, int]) -> None:
        keys, values = self._empty(size)
        used = (slice(None), slice(self._keys.shape[1]), slice(None), slice(self._keys.shape[3]))
        keys[used], values[used] = self._keys, self._values
        self._keys, self._values = keys, values

    def _copy(self, sequence: TokenSequence, slot: int, length: int) -> None:
        for kept in (self._keys, self._values):
            kept[:, slot, :, :length] = kept[:, sequence.slot, :, :length]

    def _swap(self, one: TokenSequence, other: TokenSequence) -> None:
        length = max(one.cached, other.cached)
        for kept in (self._keys, self._values):
            held = kept[:, one.slot, :, :length].clone()
            kept[:, one.slot, :, :length] = kept[:, other.slot, :, :length]
            kept[:, other.slot, :, :length] = held
        one.slot, other.slot = other.slot, one.slot
        for sequence in (one, other):
            if sequence.slot is not None:
                self.sequences[sequence.slot] = sequence


def _doubled(size: int, needed: int) -> int:
    while size < needed:
        size *= 2
    return size


def cache_argument(model: PreTrainedModel) -> str:
    """The name under which a model takes its cache: `cache` from transformers 5.24 on, `past_key_values` before."""
    return "cache" if "cache" in signature(type(model).forward).parameters else "past_key_values"
