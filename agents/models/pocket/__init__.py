"""The packaged models: tiny, real, trained by this project (`trainers/pocket`) for the pocket tasks.

Each is a folder beside this file with its weights, its tokenizer and its card; an adapter's folder has the weights of
the adapter alone, and its card names its base model.
"""

import json
from pathlib import Path
from typing import Any

from ...errors import UnknownName

FOLDER = Path(__file__).parent
CARD = "card.json"


def names() -> list[str]:
    """The names of all packaged models, sorted."""
    return sorted(card.parent.name for card in FOLDER.glob(f"*/{CARD}"))


def path(name: str) -> Path:
    """The folder of a packaged model. Raises `UnknownName`."""
    if name not in names():
        raise UnknownName("model", name, names(), where="pocket")
    return FOLDER / name


def card(name: str) -> dict[str, Any]:
    """A model's card: how it was trained and how accurate it is. Raises `UnknownName`."""
    content: dict[str, Any] = json.loads((path(name) / CARD).read_text(encoding="utf-8"))
    return content


def resolve(name: str) -> str:
    """A model's location as in `hf:` URLs: `FOLDER`, or `FOLDER+ADAPTER`. Raises `UnknownName`."""
    known = card(name)
    return f"{path(known['parent'])}+{path(name)}" if known["kind"] == "lora" else str(path(name))
