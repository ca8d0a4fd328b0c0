"""A model's files become a network: safetensors only, no code of theirs, every fault one clear message."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase
from transformers.utils import logging

from ...errors import BadModel
from .chat import Limits, Template


@dataclass(frozen=True)
class Source:
    """Where a model comes from and how it is to be held. Equal sources share one resident model.

    `path` is a folder or the name of a repository on the hub. `dtype` and `device` are torch's names;
    `auto` is bfloat16 on a GPU if there is one, float32 on the CPU otherwise.
    """

    path: str
    revision: str | None = None
    dtype: str = "auto"
    device: str = "auto"
    template: Template = "chat"
    threads: int | None = None


def read_model(name: str, source: Source) -> PreTrainedModel:
    """The weights, in evaluation mode on their device. Raises `BadModel`."""
    device = torch.device(
        ("cuda" if torch.cuda.is_available() else "cpu") if source.device == "auto" else source.device
    )
    dtype = ("bfloat16" if device.type == "cuda" else "float32") if source.dtype == "auto" else source.dtype
    model: PreTrainedModel
    model, report = _pretrained(
        AutoModelForCausalLM, name, source, dtype=dtype, use_safetensors=True, output_loading_info=True
    )
    if lacking := sorted(report["missing_keys"]):
        raise BadModel(
            f"{name}: its weights lack {lacking[0]!r} and {len(lacking) - 1} more. Save the whole model again."
        )
    model.to(device)  # type: ignore[arg-type]
    model.eval().requires_grad_(False)
    return model


def read_tokenizer(name: str, source: Source) -> PreTrainedTokenizerBase:
    """The tokenizer. Raises `BadModel`."""
    tokenizer: PreTrainedTokenizerBase = _pretrained(AutoTokenizer, name, source)
    return tokenizer


def limits(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> Limits:
    """The context length and the end tokens that a model's files state."""
    config = model.config.get_text_config(decoder=True)
    stated = model.generation_config.eos_token_id if model.generation_config is not None else None
    ends = [*(stated if isinstance(stated, list) else [stated]), tokenizer.eos_token_id]
    context = int(config.max_position_embeddings)
    return Limits(context=context, ends=tuple(dict.fromkeys(end for end in ends if end is not None)))


def _pretrained(kind: Any, name: str, source: Source, **options: Any) -> Any:  # noqa: ANN401 - the library's own
    """What `from_pretrained` returns. Raises `BadModel` for all that it raises about files."""
    logging.disable_progress_bar()
    path = Path(source.path).expanduser()
    try:
        return kind.from_pretrained(
            str(path) if path.is_dir() else source.path,
            revision=source.revision or "main",
            trust_remote_code=False,
            **options,
        )
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        reason = str(error).strip().split("\n")[0].rstrip(".")
        raise BadModel(f"{name}: cannot be read: {reason}. Give a model's folder or its name on the hub.") from error
