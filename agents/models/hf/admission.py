"""Which models are read here: those whose answers do not depend on what else is in the batch.

A rule for each kind of model that would; `independence` then measures what no rule knows.
"""

import copy
import sys
from collections.abc import Callable, Iterator
from typing import Any, Final

import torch
from torch import Tensor, nn
from transformers import DynamicCache, DynamicLayer, PreTrainedModel
from transformers.cache_utils import (
    DummyLayer,
    DynamicIndexedLayer,
    DynamicSlidingWindowLayer,
    LinearAttentionCacheLayerMixin,
)

from ...errors import BadModel

INSTEAD: Final = "Serve it with vllm and name it through api:."


def refused(name: str, model: PreTrainedModel, reason: str) -> BadModel:
    """The error that says why a model is not read here."""
    return BadModel(f"{name}: {type(model).__name__} {reason}. {INSTEAD}")


def check_independent(name: str, model: PreTrainedModel, context: int, *, cached: bool = True) -> None:
    """Raise `BadModel` for a model of a kind whose texts depend on their batch, within `context` tokens.

    A model that is not `cached` reads each text whole, right-padded: what it keeps of a text does not matter.
    """
    for find in RULES if cached else OF_A_PASS:
        reason = find(model, context)
        if reason is not None:
            raise refused(name, model, reason)


def no_decoder(model: PreTrainedModel, _: int) -> str | None:
    """The reason to refuse a model that reads a prompt with an encoder."""
    return "is no decoder: it reads its prompt with an encoder" if model.config.is_encoder_decoder else None


def looking_ahead(model: PreTrainedModel, _: int) -> str | None:
    """The reason to refuse attention in both directions, as of BERT and its kin unless they say `is_decoder`."""
    both = any(getattr(module, "is_causal", True) is False for module in model.modules())
    return "is no decoder: its tokens see those after them (is_decoder in config.json)" if both else None


def attention_biases(model: PreTrainedModel, _: int) -> str | None:
    """The reason to refuse ALiBi: transformers makes it of the mask, or of the length, of the whole batch."""
    known = any("alibi" in name for name in vars(sys.modules[type(model).__module__]))
    used = known and getattr(model.config, "alibi", True)
    return "adds ALiBi, a bias that is made for a whole batch" if used else None


def memory(model: PreTrainedModel, context: int) -> str | None:
    """The reason to refuse what a layer remembers of a text, where it is not all keys and values."""
    try:
        layers = DynamicCache(config=model.config).layers
    except Exception as error:  # noqa: BLE001 - a configuration without a cache fails in ways of its own
        return f"has no cache of keys and values that transformers can make ({error})"
    found = ((number, _forgets(layer, context)) for number, layer in enumerate(layers))
    return next((f"is no decoder with full attention: layer {number} {why}" for number, why in found if why), None)


def _forgets(layer: Any, context: int) -> str | None:  # noqa: ANN401 - its kinds have no common base
    """The reason why a slot of keys and values cannot hold what a layer knows of a text; None for one it can hold."""
    if isinstance(layer, LinearAttentionCacheLayerMixin):
        return "keeps a state (of a recurrence or a convolution) that cannot be cut back to an earlier token"
    if isinstance(layer, DynamicSlidingWindowLayer):
        window = int(layer.sliding_window)
        return None if window >= context else f"sees {window:,} tokens of {context:,} (a window, or chunks)"
    if isinstance(layer, DynamicIndexedLayer):
        return "chooses the tokens it sees by an index"
    if isinstance(layer, DummyLayer):
        return "has no keys and values of its own"
    return None if type(layer) is DynamicLayer else f"caches in a way of its own ({type(layer).__name__})"


def own_attention(model: PreTrainedModel, _: int) -> str | None:
    """The reason to refuse attention that does not promise to take any mask and any cache."""
    if model._supports_attention_backend:
        return None
    return "has attention code of its own, which does not say that it takes any mask (transformers' attention backend)"


def thresholds(model: PreTrainedModel, context: int) -> str | None:
    """The reason to refuse attention that is another one from some length on, counted over the cache of a batch."""
    config = model.config.get_text_config(decoder=True)
    starts = {"keep_window_size": True, "floor_scale": getattr(config, "attn_temperature_tuning", False)}
    for key, used in starts.items():
        start = getattr(config, key, None)
        if used and start is not None and start < context:
            return f"attends otherwise from {int(start):,} tokens of {context:,} on ({key} in config.json)"
    return None


def changing_positions(model: PreTrainedModel, context: int) -> str | None:
    """The reason to refuse rotary embeddings whose angles change with the longest text of a pass."""
    for rotary in model.modules():
        for kind, layer in _rope_types(rotary):
            if _changes(rotary, layer, context):
                return f"turns positions by angles that change with the longest text of a pass ({kind})"
    return None


def _rope_types(module: nn.Module) -> Iterator[tuple[str, str | None]]:
    """The type of a rotary embedding, by layer type where they differ."""
    kinds = getattr(module, "rope_type", None)
    if isinstance(kinds, dict):
        yield from ((str(kind), layer) for layer, kind in kinds.items())
    elif kinds is not None:
        yield str(kinds), None


def _changes(rotary: nn.Module, layer: str | None, context: int) -> bool:
    """True if the first positions are turned otherwise beside the last one of the context."""
    own = copy.deepcopy(rotary)  # what it computes may change it
    device = next((buffer.device for buffer in own.buffers()), torch.device("cpu"))
    near = torch.arange(3, device=device)[None]
    far = torch.cat([near, near + max(context - 3, 0)])
    passed = {} if layer is None else {"layer_type": layer}
    try:
        alone, beside = (own(torch.zeros(1, device=device), positions, **passed) for positions in (near, far))
    except (TypeError, ValueError, RuntimeError, KeyError):
        return False  # positions of another shape, as of images: `independence` measures those
    return any(not torch.equal(one[0], two[0]) for one, two in zip(_parts(alone), _parts(beside), strict=True))


def _parts(angles: Any) -> tuple[Tensor, ...]:  # noqa: ANN401 - cosines and sines, or complex numbers
    return angles if isinstance(angles, tuple) else (angles,)


OF_A_PASS: Final[tuple[Callable[[PreTrainedModel, int], str | None], ...]] = (
    no_decoder,
    looking_ahead,
    thresholds,
    changing_positions,
)
"""The rules for a pass over whole texts. Each gives the reason to refuse a model, or None."""
RULES: Final = (no_decoder, attention_biases, memory, own_attention, *OF_A_PASS)
"""All rules, the more telling reasons first."""
