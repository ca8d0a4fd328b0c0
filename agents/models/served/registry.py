"""The served models of this process: each server and model on it is one engine, checked once."""

import json
from pathlib import Path
from threading import Lock
from typing import Final

from ...errors import BadModel
from ..hf.chat import ChatTokenizer, Limits, Template
from ..hf.hub import fetch
from ..hf.loading import read_tokenizer
from .address import ServedAddress
from .client import ServerClient
from .engine import Engine
from .model import ServedModel
from .sglang import SglangEngine
from .vllm import VllmEngine

ENGINES: Final[dict[str, type[Engine]]] = {"vllm": VllmEngine, "sglang": SglangEngine}
UNKNOWN: Final = 2**31
"""The context length before the server has said its own."""

_ENGINES: dict[tuple[object, ...], Engine] = {}
_READING = Lock()


def load(url: str, template: Template = "chat") -> ServedModel:
    """The served model at a URL, its tokenizer read here; the server is asked on first use.

    Raises `BadModel`, `UnknownName`.
    """
    at = ServedAddress.parse(url)
    at.check(url)
    chat = tokenizer(url, at, template)
    return ServedModel(url, engine_of(url, at), chat, at.top)


def engine_of(url: str, at: ServedAddress) -> Engine:
    """The engine of an address: the same for all members that ask for one model on one server."""
    key = at.scheme, at.url or at.files, at.name, at.key_name, at.files.adapter
    with _READING:
        if key not in _ENGINES:
            if at.url is None:
                raise BadModel(f"{url}: no server. Add @URL, as in @http://127.0.0.1:8000.")
            client = ServerClient(url.partition("#")[0], at.url, at.key_name)
            _ENGINES[key] = ENGINES[at.scheme](client, at.name, adapter=at.files.adapter)
        return _ENGINES[key]


def tokenizer(name: str, at: ServedAddress, template: Template) -> ChatTokenizer:
    """The tokenizer of an address, from its folder or the hub, with the end tokens its files state.

    Raises `BadModel`.
    """
    path = Path(at.files.path).expanduser()
    folder = str(path) if path.is_dir() else fetch(name, at.files.path, at.files.revision, weights=False)
    refuse_code(name, Path(folder))
    read = read_tokenizer(name, folder)
    stated = _json(Path(folder) / "generation_config.json").get("eos_token_id")
    ends = [*(stated if isinstance(stated, list) else [stated]), read.eos_token_id]
    numbers = tuple(dict.fromkeys(end for end in ends if isinstance(end, int)))
    return ChatTokenizer(name, read, template, Limits(context=UNKNOWN, ends=numbers))


def refuse_code(name: str, folder: Path) -> None:
    """Raise `BadModel` for a folder whose configuration names code: a server might run it."""
    for file in ("config.json", "tokenizer_config.json"):
        if "auto_map" in _json(folder / file):
            raise BadModel(f"{name}: {file} names code of the model's own (auto_map). Use a model without.")


def _json(path: Path) -> dict[str, object]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
