"""The folders that a merge reads: which of their files are the model, and what its configuration says."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ...agents.errors import BadModel, BadScenario

WHOLE: Final = "model.safetensors"
INDEX: Final = "model.safetensors.index.json"
BUFFER: Final = re.compile(r"(rotary_emb\.inv_freq|\.attn\.(masked_)?bias|\.attention\.(masked_)?bias)$")
"""Names of what is computed from the configuration and was stored by older versions: angles and causal masks."""


def weight_files(folder: Path) -> list[Path]:
    """The files of weights that transformers would load: one, those of the index, or all of the model's own."""
    if (folder / WHOLE).is_file():
        return [folder / WHOLE]
    if (folder / INDEX).is_file():
        try:
            placed = json.loads((folder / INDEX).read_text(encoding="utf-8"))["weight_map"]
            return [folder / file for file in sorted(set(placed.values()))]
        except (ValueError, KeyError, AttributeError, TypeError):
            raise BadModel(f"{folder / INDEX}: is no index of weights. Save the model again.") from None
    others = sorted(folder.glob("*.safetensors"))
    return [file for file in others if not file.name.startswith(("consolidated", "adapter_model"))]


def read_settings(name: str, folder: Path) -> Mapping[str, Any]:
    """The configuration in a folder, with the defaults of its architecture where transformers knows it."""
    from transformers import CONFIG_MAPPING, AutoConfig

    from ...agents.models.hf.foreign import told

    with told(name):
        stated = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        known = isinstance(stated, dict) and stated.get("model_type") in CONFIG_MAPPING
        if not known:
            return dict(stated)
        read: dict[str, Any] = AutoConfig.from_pretrained(folder, local_files_only=True).to_dict()
        return read


def check_apart(models: Mapping[str, Path], out: Path) -> None:
    """Raise `BadScenario` for a merge into one of its own inputs, or beside a model that would be loaded instead."""
    for name, folder in models.items():
        if folder.resolve() == out.resolve():
            raise BadScenario(f"merge: {out} is the folder of {name}, which is read. Write to another folder.")
    if (out / WHOLE).exists():
        raise BadScenario(f"merge: {out} holds a model already, {WHOLE}. Write to another folder.")
