"""adapter_config.json, key by key: what is read, what only tells of the training, and what is refused.

A key that is in neither table, of a newer peft say, is refused unless it is off.
"""

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ...errors import BadModel

OF_TRAINING: Final = frozenset(
    (
        *("task_type", "peft_type", "peft_version", "auto_mapping", "base_model_name_or_path", "revision"),
        *("inference_mode", "lora_dropout", "runtime_config", "megatron_core", "qalora_group_size"),
        # Which layers are changed is seen in the weights.
        *("target_modules", "exclude_modules", "layers_to_transform", "layers_pattern"),
        # How the factors began; whether the base was changed then is said by init_lora_weights.
        *("loftq_config", "eva_config", "corda_config", "lora_ga_config"),
    )
)
"""Keys that change nothing once the factors are there."""
SCALE: Final = ("r", "lora_alpha", "use_rslora")
UNTOUCHED: Final = re.compile(r"True|False|None|gaussian|eva|orthogonal|mica")
"""Initialisations that leave the base as it is; pissa, olora, corda, loftq and lora_ga take their start out of it."""


def read_config(name: str, folder: Path) -> dict[str, Any]:
    """The configuration of a plain LoRA adapter. Raises `BadModel` for one that is missing, or of another kind."""
    path = folder / "adapter_config.json"
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise BadModel(f"{name}: no adapter at {folder}. A folder with adapter_config.json is needed.") from None
    except ValueError as error:
        raise BadModel(f"{name}: {path} is not JSON: {error}.") from None
    if not isinstance(config, dict):
        raise BadModel(f"{name}: {path} is not a JSON object. Save the adapter again with save_pretrained.")
    if config.get("peft_type") != "LORA":
        raise BadModel(f"{name}: an adapter of type {config.get('peft_type')}. Only LORA is supported.")
    _check_keys(name, config)
    return config


def scale_of(name: str, config: Mapping[str, Any]) -> float:
    """The factor of the low-rank product: alpha / r, or alpha / sqrt(r) with use_rslora. Raises `BadModel`."""
    rank, alpha = config.get("r"), config.get("lora_alpha")
    if isinstance(rank, int) and rank > 0 and isinstance(alpha, int | float) and math.isfinite(alpha):
        return alpha / (math.sqrt(rank) if config.get("use_rslora") else rank)
    raise BadModel(f"{name}: r = {rank!r} and lora_alpha = {alpha!r} make no scale. Save the adapter again.")


def _check_keys(name: str, config: Mapping[str, Any]) -> None:
    for key, value in config.items():
        if key == "init_lora_weights":
            if not UNTOUCHED.fullmatch(str(value)):
                raise BadModel(
                    f"{name}: init_lora_weights = {value!r} changed the base, and only peft can do so again. "
                    "Convert it with peft (path_initial_model_for_weight_conversion), or merge it into its base."
                )
        elif key not in OF_TRAINING and key not in SCALE and value and value != "none":
            raise BadModel(f"{name}: {key} = {value!r} is not supported. Merge it into its base with peft instead.")
