"""The address of a model's files and its devices: `REPO_OR_PATH[@REVISION][+ADAPTER[@REVISION]][#DEVICE,..]`."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from ...errors import BadModel

ADAPTER: Final = "adapter_config.json"
REPOSITORY: Final = re.compile(r"(?P<name>\w[\w.-]*/[\w.-]+)(?:@(?P<revision>[\w./-]+))?")
DEVICES: Final = r"[a-z]+(:\d+)?(,[a-z]+(:\d+)?)*"
"""A regular expression for torch device names: `cpu`, or `cuda:0,cuda:1`."""


@dataclass(frozen=True)
class ModelAddress:
    """A folder or a repository on the hub, with an optional revision, adapter and list of devices.

    The adapter is a folder, or a repository on the hub, `OWNER/NAME[@REVISION]`.

    >>> ModelAddress.parse("org/model@v2#cuda:0,cuda:1")
    ModelAddress(path='org/model', revision='v2', adapter=None, devices=('cuda:0', 'cuda:1'))
    """

    path: str
    revision: str | None = None
    adapter: str | None = None
    devices: tuple[str, ...] = ("auto",)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse the part of a URL after `hf:`. A folder that exists is taken by its whole name, with any #, + and @."""
        path, devices = _parted(text, "#")
        if devices is None or not re.fullmatch(DEVICES, devices) or _with_adapter(text):
            path, devices = text, "auto"
        path, adapter = _with_adapter(path) or _parted(path, "+")
        path, revision = _parted(path, "@")
        return cls(path, revision, adapter, tuple(devices.split(",")))

    @property
    def is_folder(self) -> bool:
        """True if the path means a local folder, not a repository on the hub."""
        return _exists(self.path) or self.path.startswith((".", "/", "~"))

    @property
    def sees(self) -> bool:
        """True if the folder holds a model that reads images too. Of a repository on the hub that is not known here."""
        config = Path(self.path).expanduser() / "config.json"
        try:
            return "vision_config" in json.loads(config.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False

    def check(self, name: str) -> None:
        """Raise `BadModel` unless the path holds a model or could name a repository. Reads no weights."""
        if self.is_folder:
            check_folder(name, Path(self.path).expanduser())
        elif not re.fullmatch(r"[\w.-]+(/[\w.-]+)?", self.path):
            raise BadModel(f"{name}: {self.path!r} is neither a folder nor the name of a repository. Check it.")
        if self.adapter is None or (Path(self.adapter).expanduser() / ADAPTER).is_file() or self.hub_adapter:
            return
        raise BadModel(f"{name}: no adapter at {self.adapter}. A folder with adapter_config.json is needed.")

    @property
    def hub_adapter(self) -> tuple[str, str | None] | None:
        """The repository of an adapter on the hub and its revision; None for one in a folder."""
        found = REPOSITORY.fullmatch(self.adapter or "")
        if found is None or _exists(found["name"].partition("/")[0]) or _exists(self.adapter or ""):
            return None
        return found["name"], found["revision"]


def check_folder(name: str, folder: Path) -> None:
    """Raise `BadModel` unless a folder holds config.json and safetensors."""
    if not folder.is_dir():
        raise BadModel(f"{name}: there is no folder {folder}. Give a model's folder or its name on the hub.")
    if not (folder / "config.json").is_file() and (folder / ADAPTER).is_file():
        raise BadModel(f"{name}: {folder} is an adapter without its base. Name both: hf:BASE+{folder}.")
    if not (folder / "config.json").is_file():
        raise BadModel(f"{name}: {folder} holds no model: config.json is missing. Save one there with save_pretrained.")
    if not any(folder.glob("*.safetensors")):
        raise BadModel(f"{name}: {folder} has no *.safetensors. Only safetensors are read: save the weights so.")


def _with_adapter(text: str) -> tuple[str, str] | None:
    """The text before and after the first + that is followed by an adapter's folder, whatever its name is."""
    places = (place for place, sign in enumerate(text) if sign == "+")
    parts = ((text[:place], text[place + 1 :]) for place in places)
    return next(((base, folder) for base, folder in parts if (Path(folder).expanduser() / ADAPTER).is_file()), None)


def _parted(text: str, sign: str) -> tuple[str, str | None]:
    """The text before and after the last `sign`; no split if there is none or the whole is an existing folder."""
    before, found, after = text.rpartition(sign)
    return (text, None) if not found or _exists(text) else (before, after)


def _exists(path: str) -> bool:
    return Path(path).expanduser().is_dir()
