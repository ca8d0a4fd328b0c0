"""LoRA adapters on a server, by version: one name means one set of weights, so nothing is ever loaded in place."""

from hashlib import sha256
from pathlib import Path
from typing import Final

from ...errors import BadModel

FILES: Final = ("adapter_config.json", "adapter_model.safetensors")
DIGITS: Final = 16
"""How many hexadecimal digits of the hash are in an adapter's name."""


def loaded_name(adapter: str) -> str:
    """The name of an adapter on a server: `NAME@HASH`, of the folder's name and the content of its two files.

    What is not a folder here is such a name already. Raises `BadModel` for a folder that holds no adapter.
    """
    folder = folder_of(adapter)
    if folder is None:
        return adapter
    digest = sha256()
    for name in FILES:
        if not (folder / name).is_file():
            raise BadModel(f"{folder}: no {name}. An adapter in PEFT's form has {' and '.join(FILES)}.")
        content = (folder / name).read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return f"{folder.name}@{digest.hexdigest()[:DIGITS]}"


def folder_of(adapter: str) -> Path | None:
    """The folder of an adapter, as a whole path; None for a name."""
    folder = Path(adapter).expanduser()
    return folder.resolve() if folder.is_dir() else None
