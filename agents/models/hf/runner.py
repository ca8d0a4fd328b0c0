"""The forward pass of a resident model: many sequences of different lengths, each from its first uncached token."""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor
from transformers import DynamicCache, DynamicLayer, PreTrainedModel

from ...errors import BadModel
from .hidden_states import entering
from .lora_hooks import LoraHooks
from .shared_prefixes import prefixes
from .slot_cache import CacheShape, SlotCache, TokenSequence, cache_argument

BATCH_TOKENS = 8192
"""The most tokens, padding included, in one forward pass of more than one sequence."""


class ModelRunner:
    """A model with its KV cache and its LoRA hooks. Used from one thread.

    >>> from symposia.agents.models.hf.loading import Source, read_model
    >>> from symposia.agents.models.pocket import path
    >>> folder = str(path("base"))
    >>> runner = ModelRunner("base", read_model("base", folder, Source(folder, device="cpu")), vocabulary_size=715)
    >>> with torch.inference_mode():
    ...     runner.read([TokenSequence([2, 474, 22, 468]), TokenSequence([2, 474])]).shape
    torch.Size([2, 715])
    """

    def __init__(self, name: str, model: PreTrainedModel, vocabulary_size: int) -> None:
        self.model = model
        self.adapters = LoraHooks(model)
        self.device, self._dtype = model.device, model.dtype
        self.cache = SlotCache(_cache_shape(name, model), self._dtype, self.device)
        self._cached = {cache_argument(model): self.cache}
        self._size = vocabulary_size

    def read(self, sequences: Sequence[TokenSequence]) -> Tensor:
        """Process each sequence's unread tokens.

        Float32 logits at its last `keep` positions: (sum of keep, vocabulary).
        """
        return self._read(sequences)[0]

    def show(self, sequences: Sequence[TokenSequence]) -> tuple[Tensor, Tensor]:
        """The logits as from `read`, and the last hidden states there: float32, (sum of keep, width)."""
        with entering(self.model) as parts:
            logits, indices = self._read(sequences)
        states = torch.cat([part.flatten(0, -2) for part in parts]).float()
        return logits, states if indices is None else states[indices]

    def _read(self, sequences: Sequence[TokenSequence]) -> tuple[Tensor, list[int] | None]:
        """The logits, and the index of each among those of all passes, None if they were in order."""
        self.cache.reserve(sequences)
        parts: list[Tensor] = []
        order: list[TokenSequence] = []
        shared = prefixes(sequences)
        self._pass([sequence for sequence in sequences if sequence not in shared], parts, order)
        for sequence, (origin, length) in shared.items():
            self.cache.fork(origin, sequence, length)
        self._pass(list(shared), parts, order)
        logits = torch.cat(parts) if len(parts) > 1 else parts[0]
        logits = logits[:, : self._size].float()
        if order == list(sequences):
            return logits, None
        indices = _positions(sequences, order)
        return logits[indices], indices

    def _pass(self, left: list[TokenSequence], parts: list[Tensor], order: list[TokenSequence]) -> None:
        """Forward passes until everything is read; the logits are added to `parts`, the sequences to `order`."""
        while left:
            for group in _groups(left):
                neighbours = self.cache.gather(group)
                parts.append(self._forward(neighbours))
                order.extend(sequence for sequence in neighbours if not sequence.unread)
            left = [sequence for sequence in left if sequence.unread]  # those longer than a chunk

    def _forward(self, sequences: Sequence[TokenSequence]) -> Tensor:
        """One forward pass over sequences in neighbouring slots; logits of those that it completes."""
        spans = [sequence.coming for sequence in sequences]
        length = max(sequence.cached + span for sequence, span in zip(sequences, spans, strict=True))
        ids, positions, columns, kept = self._step(sequences) if max(spans) == 1 else self._padded(sequences, spans)
        self.cache.aim(sequences, columns, length)
        self.adapters.plan([sequence.adapter for sequence in sequences], self.device)
        logits: Tensor = self.model(
            input_ids=ids,
            position_ids=positions,
            attention_mask=self._mask(positions, length),
            logits_to_keep=kept,
            **self._cached,
        ).logits
        for sequence, span in zip(sequences, spans, strict=True):
            sequence.cached += span
        return logits.flatten(0, -2)

    def _step(self, sequences: Sequence[TokenSequence]) -> tuple[Tensor, Tensor, Tensor, int]:
        """Ids, positions, cache columns and the number of logits for sequences with one new token each."""
        numbers = [[sequence.ids[-1] for sequence in sequences], [sequence.cached for sequence in sequences]]
        ids, positions = torch.tensor(numbers, device=self.device)[:, :, None]
        return ids, positions, positions, 1

    def _padded(
        self, sequences: Sequence[TokenSequence], spans: Sequence[int]
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Ids, positions and cache columns (sequences, width), right-padded, and a mask of positions with logits."""
        width = max(spans)
        padded = [
            sequence.ids[sequence.cached : sequence.cached + span] + [0] * (width - span)
            for sequence, span in zip(sequences, spans, strict=True)
        ]
        numbers = [
            [sequence.cached, span, sequence.unread - sequence.keep]
            for sequence, span in zip(sequences, spans, strict=True)
        ]
        cached, own, passed = torch.tensor(numbers, device=self.device).T[:, :, None]
        steps = torch.arange(width, device=self.device)
        real = steps < own
        positions = (cached + steps).where(real, 0)
        columns = positions.where(real, self.cache.padding_column)
        return torch.tensor(padded, device=self.device), positions, columns, real & (steps >= passed)

    def _mask(self, positions: Tensor, length: int) -> Tensor:
        """The causal attention mask, additive: (sequences, 1, tokens, columns)."""
        hidden = torch.arange(length, device=self.device) > positions[:, :, None]
        mask = torch.zeros(hidden.shape, dtype=self._dtype, device=self.device)
        return mask.masked_fill_(hidden, -torch.inf)[:, None]


def _groups(sequences: Sequence[TokenSequence]) -> Iterator[list[TokenSequence]]:
    """Batches for one forward pass each: all sequences with one new token, and prompts of similar length."""
    group = [sequence for sequence in sequences if sequence.unread == 1]
    if group:
        yield group
    group, own = [], 0
    for sequence in sorted(
        (sequence for sequence in sequences if sequence.unread > 1), key=lambda sequence: sequence.coming
    ):
        coming = sequence.coming
        padded, real = (len(group) + 1) * coming, own + coming
        if group and (padded > BATCH_TOKENS or padded > 2 * real + 512):
            yield group
            group, own = [], 0
        group.append(sequence)
        own += coming
    if group:
        yield group


def _positions(sequences: Sequence[TokenSequence], order: Sequence[TokenSequence]) -> list[int]:
    """The indices of the logits of `sequences` among those computed in another order."""
    first: dict[int, int] = {}
    total = 0
    for sequence in order:
        first[id(sequence)] = total
        total += sequence.keep
    return [first[id(sequence)] + step for sequence in sequences for step in range(sequence.keep)]


def _cache_shape(name: str, model: PreTrainedModel) -> CacheShape:
    """The shape of the KV cache, found by a forward pass over one token. Raises `BadModel` where layers differ."""
    cache = DynamicCache(config=model.config)
    with torch.inference_mode():
        model(input_ids=torch.zeros(1, 1, dtype=torch.long, device=model.device), **{cache_argument(model): cache})
    layers = [layer for layer in cache.layers if isinstance(layer, DynamicLayer)]
    pairs = [(layer.keys, layer.values) for layer in layers if layer.keys is not None and layer.values is not None]
    shapes = {(keys.shape[1], keys.shape[3], values.shape[3]) for keys, values in pairs}
    if len(shapes) != 1:
        raise BadModel(
            f"{name}: its layers cache keys and values of different shapes. "
            "Serve it with vllm and name it through api:."
        )
    return CacheShape(len(cache.layers), *shapes.pop())
