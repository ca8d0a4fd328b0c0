"""The address of a model on a serving engine: `vllm:MODEL[+ADAPTER][@URL][#top=K,key=NAME,name=SERVED]`.

    vllm:pocket:base@http://127.0.0.1:8000             a packaged model, its tokenizer from here
    vllm:Qwen/Qwen3-8B@https://models.example.org#top=64,key=LAB_API_KEY
    vllm:./base+./adapter@http://127.0.0.1:8000        a LoRA adapter, loaded under its name and content hash
    vllm:./base                                        a server of our own, started on first use
    sglang:Qwen/Qwen3-8B@http://127.0.0.1:30000

MODEL is a folder or a name on the hub with the tokenizer, or a packaged model's name. `top` asks for the K likeliest
tokens of each distribution; without it all are asked for. `key` is the *name* of the environment variable with the API
key, and `name` the model's name on the server, where that serves several.
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Self

from ...errors import BadModel, UnknownName
from .. import pocket
from ..api.address import check_url
from ..hf.address import ModelAddress
from .own_server import interpreter

SCHEMES: Final = ("vllm", "sglang")
FORM: Final = re.compile(r"([^#]*?)(?:@(https?:[^#]*))?(?:#(.*))?", re.DOTALL)
"""Matches model, server and settings; it matches every text."""
VERSIONED: Final = re.compile(r"[\w.-]+@[0-9a-f]{8,64}")
"""Matches the name of an adapter that a server has already: its name and its content hash."""
SETTINGS: Final = ("top", "key", "name")


@dataclass(frozen=True)
class ServedAddress:
    """A model on a server: where its tokenizer is, its adapter, its server, and how it is asked.

    >>> ServedAddress.parse("vllm:pocket:base@http://127.0.0.1:8000#top=64").top
    64
    """

    scheme: str
    model: str
    url: str | None = None
    top: int | None = None
    key_name: str | None = None
    name: str | None = None

    @classmethod
    def parse(cls, url: str) -> Self:
        """Parse a URL of a scenario file. Raises `BadModel`, `UnknownName`."""
        scheme, _, rest = url.partition(":")
        model, server, said = FORM.fullmatch(rest).groups()  # type: ignore[union-attr]
        found = dict(part.partition("=")[::2] for part in (said or "").split(",") if part)
        for key in found:
            if key not in SETTINGS:
                raise UnknownName("setting of a served model", key, SETTINGS, where=url)
        return cls(scheme, model, server and server.rstrip("/"), _top(url, found), found.get("key"), found.get("name"))

    @property
    def files(self) -> ModelAddress:
        """The location of the tokenizer's files, and of the adapter."""
        at = ModelAddress.parse(self.model)
        name = at.path.removeprefix("pocket:")
        if at.is_folder or name not in pocket.names():
            return at
        packaged = ModelAddress.parse(pocket.resolve(name))
        return replace(packaged, adapter=at.adapter or packaged.adapter)

    def check(self, name: str) -> None:
        """Raise `BadModel`, which begins with `name`, unless all parts are well formed. Asks no server."""
        if self.url is not None:
            check_url(name, self.url)
        elif self.scheme != "vllm":
            raise BadModel(f"{name}: no server. Only vllm: starts one; add @URL, as in @http://127.0.0.1:30000.")
        else:
            interpreter(name)
        if self.key_name is not None and not re.fullmatch("[A-Z_][A-Z0-9_]*", self.key_name):
            raise BadModel(
                f"{name.partition('#')[0]}: key= is not the name of an environment variable. "
                "Name the variable that holds the key, as in key=LAB_API_KEY; never write the key itself."
            )
        at = self.files
        if self.model.startswith("pocket:") and not at.is_folder:
            raise UnknownName("packaged model", at.path.removeprefix("pocket:"), pocket.names(), where=name)
        if at.is_folder and not Path(at.path).expanduser().is_dir():
            raise BadModel(f"{name}: there is no folder {at.path}. Give a folder with the model's tokenizer.")
        if at.adapter is not None and not VERSIONED.fullmatch(at.adapter):
            at.check(name)

    def within(self, folder: Path) -> str:
        """What follows the scheme in its URL, folders of the model and its adapter made relative to another folder."""
        at = ModelAddress.parse(self.model)
        path, adapter = (
            str(folder / part) if part and (folder / part).is_dir() else part for part in (at.path, at.adapter)
        )
        model = f"{path}{'@' + at.revision if at.revision else ''}{'+' + adapter if adapter else ''}"
        said = {"top": self.top, "key": self.key_name, "name": self.name}
        settings = ",".join(f"{key}={value}" for key, value in said.items() if value is not None)
        return f"{model}{'@' + self.url if self.url else ''}{'#' + settings if settings else ''}"


def _top(url: str, found: dict[str, str]) -> int | None:
    """The number of likeliest tokens to ask for; None for all. Raises `BadModel`."""
    said = found.get("top", "all")
    if said == "all":
        return None
    if not said.isdecimal() or int(said) < 1:
        raise BadModel(f"{url}: top={said} is not a number of tokens. Write top=64, or top=all.")
    return int(said)
