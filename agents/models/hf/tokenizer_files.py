"""Write a tokenizer to a folder as it was read."""

import json
from pathlib import Path
from typing import Final

from transformers import PreTrainedTokenizerBase

UNSTATED: Final = 10**29
"""A `model_max_length` above this is transformers' own, for a tokenizer that states none."""


def save_tokenizer(tokenizer: PreTrainedTokenizerBase, folder: Path) -> None:
    """Write a tokenizer and its chat template; a length that it never stated is not made up."""
    tokenizer.save_pretrained(folder)
    path = folder / "tokenizer_config.json"
    stated = json.loads(path.read_text(encoding="utf-8"))
    if (stated.get("model_max_length") or 0) > UNSTATED:
        del stated["model_max_length"]
        path.write_text(json.dumps(stated, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
