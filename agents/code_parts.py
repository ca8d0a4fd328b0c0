"""The files of a thing that can be named: its module's, and the parts of it that lie in folders of their own."""

import sys
from hashlib import sha256
from pathlib import Path
from typing import Final

PARTS: Final = ("decoding", "messages", "options")
"""The folders beside a file that have parts of it, each in a file of the same name."""


def parts(file: Path) -> list[Path]:
    """The parts of a file that there are: `messages/debate.py` is one of `debate.py`."""
    return [part for folder in PARTS if (part := file.parent / folder / file.name).is_file()]


def digest(file: Path) -> bytes:
    """The SHA-256 of a file and its parts."""
    return sha256(b"".join(path.read_bytes() for path in (file, *parts(file)))).digest()


def forget(files: list[Path]) -> None:
    """Have the modules in these files read again when they are imported next."""
    for name, module in list(sys.modules.items()):
        if (place := getattr(module, "__file__", None)) is not None and Path(place) in files:
            del sys.modules[name]
