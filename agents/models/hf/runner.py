"""The forward pass of a resident model: many texts of different lengths, each read from where it was left."""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor
from transformers import DynamicCache, DynamicLayer, PreTrainedModel

from ...errors import BadModel
from .hidden_states import entering
from .lora_hooks import LoraHooks
from .slot_cache import CacheShape, SlotCache, TokenSequence

BATCH_TOKENS = 8192
"""How many tokens, padding included, one forward pass reads at most, if it reads more than one text."""


class ModelRunner:
    """A model with its cache and its adapters. Used from one thread."""

    def __init__(self, name: str, model: PreTrainedModel, vocabulary_size: int) -> None:
        self.model = model
        self.adapters = LoraHooks(model)
        self.device, self._dtype = model.device, model.dtype
        self.cache = SlotCache(_cache_shape(name, model), self._dtype, self.device)
        self._size = vocabulary_size

    def read(self, rows: Sequence[TokenSequence]) -> Tensor:
        """Read each row's unread tokens. Float32 logits at its last `keep` positions: (sum of keep, vocabulary)."""
        return self._read(rows)[0]

    def show(self, rows: Sequence[TokenSequence]) -> tuple[Tensor, Tensor]:
        """The same, and the hidden states that these logits were made of: float32, (sum of keep, width)."""
        with entering(self.model) as parts:
            logits, places = self._read(rows)
        states = torch.cat([part.flatten(0, -2) for part in parts]).float()
        return logits, states if places is None else states[places]

    def _read(self, rows: Sequence[TokenSequence]) -> tuple[Tensor, list[int] | None]:
        """The logits, and where each was among those of all passes, unless it was there already."""
        self.cache.reserve(rows)
        parts: list[Tensor] = []
        order: list[TokenSequence] = []
        left = list(rows)
        while left:
            for group in _groups(left):
                neighbours = self.cache.gather(group)
                parts.append(self._forward(neighbours))
                order.extend(row for row in neighbours if not row.unread)
            left = [row for row in left if row.unread]  # those longer than a piece
        logits = torch.cat(parts) if len(parts) > 1 else parts[0]
        logits = logits[:, : self._size].float()
        if order == list(rows):
            return logits, None
        places = _places(rows, order)
        return logits[places], places

    def _forward(self, rows: Sequence[TokenSequence]) -> Tensor:
        """Logits of neighbouring rows, where they end in this pass. A token sees the columns up to its own."""
        spans = [row.coming for row in rows]
        length = max(row.cached + span for row, span in zip(rows, spans, strict=True))
        ids, positions, columns, kept = self._step(rows) if max(spans) == 1 else self._padded(rows, spans)
        self.cache.aim(rows, columns, length)
        self.adapters.plan([row.adapter for row in rows], self.device)
        logits: Tensor = self.model(
            input_ids=ids,
            position_ids=positions,
            attention_mask=self._mask(positions, length),
            past_key_values=self.cache,
            logits_to_keep=kept,
        ).logits
        for row, span in zip(rows, spans, strict=True):
            row.cached += span
        return logits.flatten(0, -2)

    def _step(self, rows: Sequence[TokenSequence]) -> tuple[Tensor, Tensor, Tensor, int]:
        """Ids, positions, columns and the number of logits for rows with one new token each."""
        numbers = [[row.ids[-1] for row in rows], [row.cached for row in rows]]
        ids, positions = torch.tensor(numbers, device=self.device)[:, :, None]
        return ids, positions, positions, 1

    def _padded(self, rows: Sequence[TokenSequence], spans: Sequence[int]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Ids, positions and columns (rows, width), padded on the right, and where logits are wanted."""
        width = max(spans)
        padded = [
            row.ids[row.cached : row.cached + span] + [0] * (width - span)
            for row, span in zip(rows, spans, strict=True)
        ]
        numbers = [[row.cached, span, row.unread - row.keep] for row, span in zip(rows, spans, strict=True)]
        cached, own, passed = torch.tensor(numbers, device=self.device).T[:, :, None]
        steps = torch.arange(width, device=self.device)
        real = steps < own
        positions = (cached + steps).where(real, 0)
        columns = positions.where(real, self.cache.padding_column)
        return torch.tensor(padded, device=self.device), positions, columns, real & (steps >= passed)

    def _mask(self, positions: Tensor, length: int) -> Tensor:
        """What each token sees, as an additive mask (rows, 1, tokens, columns)."""
        hidden = torch.arange(length, device=self.device) > positions[:, :, None]
        mask = torch.zeros(hidden.shape, dtype=self._dtype, device=self.device)
        return mask.masked_fill_(hidden, -torch.inf)[:, None]


def _groups(rows: Sequence[TokenSequence]) -> Iterator[list[TokenSequence]]:
    """Rows that are read together: those with one new token, and prompts of about one length."""
    group = [row for row in rows if row.unread == 1]
    if group:
        yield group
    group = []
    for row in sorted((row for row in rows if row.unread > 1), key=lambda row: row.coming):
        padded, real = (len(group) + 1) * row.coming, row.coming + sum(member.coming for member in group)
        if group and (padded > BATCH_TOKENS or padded > 2 * real + 512):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _places(rows: Sequence[TokenSequence], order: Sequence[TokenSequence]) -> list[int]:
    """Where the logits of `rows` lie among those that were read in another order."""
    first: dict[int, int] = {}
    total = 0
    for row in order:
        first[id(row)] = total
        total += row.keep
    return [first[id(row)] + step for row in rows for step in range(row.keep)]


def check_attention(name: str, model: PreTrainedModel) -> None:
    """Raise `BadModel` unless the model is a decoder that can be read from a slot cache."""
    decoder = not model.config.is_encoder_decoder and model._supports_attention_backend
    if not decoder or any(type(layer) is not DynamicLayer for layer in DynamicCache(config=model.config).layers):
        raise BadModel(
            f"{name}: {type(model).__name__} is not a decoder with full attention in every layer. "
            "Serve it with vllm and name it through api:."
        )


def _cache_shape(name: str, model: PreTrainedModel) -> CacheShape:
    """What the model caches per token, seen by reading one. Raises `BadModel` where layers differ."""
    cache = DynamicCache(config=model.config)
    with torch.inference_mode():
        model(input_ids=torch.zeros(1, 1, dtype=torch.long, device=model.device), past_key_values=cache)
    layers = [layer for layer in cache.layers if isinstance(layer, DynamicLayer)]
    pairs = [(layer.keys, layer.values) for layer in layers if layer.keys is not None and layer.values is not None]
    shapes = {(keys.shape[1], keys.shape[3], values.shape[3]) for keys, values in pairs}
    if len(shapes) != 1:
        raise BadModel(
            f"{name}: its layers cache keys and values of different shapes. "
            "Serve it with vllm and name it through api:."
        )
    return CacheShape(len(cache.layers), *shapes.pop())
