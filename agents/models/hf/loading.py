"""Load weights and tokenizers from files: safetensors only, no remote code, every fault a `BadModel`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from transformers import (
    AutoModelForCausalLM,
    AutoModelForImageTextToText,
    AutoModelForSequenceClassification,
    AutoProcessor,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)
from transformers.utils import logging

from ...errors import BadModel
from .chat import Limits, Template
from .foreign import told

HEAD: Final = "score.weight"
"""The parameter of a reward model's scoring head."""

TOO_LONG: Final = "sequence-length-is-longer-than-the-specified-maximum"
"""A remark of transformers that is taken as made: `ChatTokenizer` checks lengths itself."""


@dataclass(frozen=True)
class Source:
    """A model's files and how to load them. Equal sources share one resident model.

    `path` is a folder or the name of a repository on the hub. `dtype` and `device` are torch's names; `auto` is
    bfloat16 on a GPU if there is one, float32 on the CPU otherwise. `copy` distinguishes several copies on one device.

    >>> Source("org/model", device="cpu") == Source("org/model", device="cpu", copy=1)
    False
    """

    path: str
    revision: str | None = None
    dtype: str = "auto"
    device: str = "auto"
    template: Template = "chat"
    threads: int | None = None
    copy: int = 0


def read_model(name: str, folder: str, source: Source) -> PreTrainedModel:
    """Load a causal language model in evaluation mode on its device. Raises `BadModel`."""
    return _read(AutoModelForCausalLM, name, folder, source)


def read_reward_model(name: str, folder: str, source: Source) -> PreTrainedModel:
    """Load a reward model, one score a sequence, in evaluation mode on its device. Raises `BadModel`."""
    model = _read(AutoModelForSequenceClassification, name, folder, source)
    if model.config.num_labels != 1:
        raise BadModel(f"{name}: gives {model.config.num_labels} scores, not one. Use a reward model.")
    return model


def read_vision_model(name: str, folder: str, source: Source) -> PreTrainedModel:
    """The weights of an image-text-to-text model, in evaluation mode on their device. Raises `BadModel`."""
    return _read(AutoModelForImageTextToText, name, folder, source)


def read_processor(name: str, folder: str) -> Any:  # noqa: ANN401 - the library's own
    """The processor of an image-text-to-text model. Raises `BadModel`, also where the library it needs is missing."""
    with told(name, "its image processor"):
        return _pretrained(AutoProcessor, folder)


def _read(kind: Any, name: str, folder: str, source: Source) -> PreTrainedModel:  # noqa: ANN401 - the library's own
    device = _device(name, source.device)
    dtype = ("bfloat16" if device.type == "cuda" else "float32") if source.dtype == "auto" else source.dtype
    model: PreTrainedModel
    _check_dtype(name, dtype)
    with told(name, quantized(folder)):
        model, report = _pretrained(kind, folder, dtype=dtype, use_safetensors=True, output_loading_info=True)
        model.to(device)  # type: ignore[arg-type]
    if HEAD in report["unexpected_keys"]:
        raise BadModel(f"{name}: is a reward model: it scores answers and writes none. Name it reward:FOLDER.")
    if lacking := sorted(report["missing_keys"]):
        raise BadModel(
            f"{name}: its weights lack {lacking[0]!r} and {len(lacking) - 1} more. Save the whole model again."
        )
    model.train(mode=False)
    model.requires_grad_(requires_grad=False)
    return model


def read_tokenizer(name: str, folder: str) -> PreTrainedTokenizerBase:
    """Load a tokenizer. Raises `BadModel`."""
    with told(name, "its tokenizer"):
        tokenizer: PreTrainedTokenizerBase = _pretrained(AutoTokenizer, folder)
    tokenizer.deprecation_warnings[TOO_LONG] = True
    return tokenizer


def limits(name: str, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> Limits:
    """The context length and the end tokens in a model's files. Raises `BadModel` without a context length."""
    generation = getattr(model, "generation_config", None)  # a reward model has none
    stated = None if generation is None else generation.eos_token_id
    ends = [*(stated if isinstance(stated, list) else [stated]), tokenizer.eos_token_id]
    if odd := [end for end in ends if end is not None and not isinstance(end, int)]:
        raise BadModel(f"{name}: {odd[0]!r} is no token. Give eos_token_id in generation_config.json as a number.")
    context = stated_context(model)
    if context is None:
        raise BadModel(f"{name}: its config.json states no context length. Add max_position_embeddings.")
    return Limits(context=context, ends=tuple(dict.fromkeys(end for end in ends if end is not None)))


def stated_context(model: PreTrainedModel) -> int | None:
    """The context length that a model's configuration states, None if none."""
    context = getattr(model.config.get_text_config(decoder=True), "max_position_embeddings", None)
    return None if context is None else int(context)


def _device(name: str, device: str) -> torch.device:
    """The torch device. Raises `BadModel` for one that does not exist."""
    try:
        chosen = torch.device(("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device)
        torch.empty(0, device=chosen)
    except (RuntimeError, AssertionError) as error:
        reason = str(error).split("\n")[0].rstrip(".")
        raise BadModel(f"{name}: no device {device!r}: {reason}. Use 'auto', 'cpu' or a GPU that is there.") from None
    return chosen


@contextmanager
def quietly() -> Iterator[None]:
    """A context manager that hides transformers' progress bars."""
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]


def _pretrained(kind: Any, folder: str, **options: Any) -> Any:  # noqa: ANN401 - the library's own
    """The result of `from_pretrained`."""
    with quietly():
        return kind.from_pretrained(folder, trust_remote_code=False, local_files_only=True, **options)


def quantized(folder: str) -> str:
    """The quantization that a model's folder states, in words; `it` without one."""
    try:
        stated = json.loads((Path(folder) / "config.json").read_text(encoding="utf-8"))["quantization_config"]
        return f"its quantization ({stated['quant_method']})"
    except (OSError, ValueError, KeyError, TypeError):
        return "it"


def _check_dtype(name: str, dtype: str) -> None:
    """Raise `BadModel` for what is no floating-point dtype of torch."""
    known = getattr(torch, dtype, None)
    if not isinstance(known, torch.dtype) or not known.is_floating_point:
        raise BadModel(f"{name}: no dtype {dtype!r}. Use 'auto', 'bfloat16', 'float16', 'float32' or 'float64'.")
