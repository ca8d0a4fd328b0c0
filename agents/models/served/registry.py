"""The served models of this process: each server and model on it is one engine, checked once."""

import json
from pathlib import Path
from threading import Lock
from typing import Final

from ...errors import BadModel
from ..hf.chat import ChatTokenizer, Limits, Template
from ..hf.hub import fetch
from ..hf.loading import read_tokenizer
from .adapters import folder_of
from .address import ServedAddress
from .client import ServerClient
from .engine import Engine
from .model import ServedModel
from .own_server import OwnServer, interpreter
from .sglang import SglangEngine
from .vllm import VllmEngine

ENGINES: Final[dict[str, type[Engine]]] = {"vllm": VllmEngine, "sglang": SglangEngine}
UNKNOWN: Final = 2**31
"""The context length before the server has said its own."""

_MODELS: dict[tuple[str, Template], ServedModel] = {}
_ENGINES: dict[tuple[object, ...], Engine] = {}
_SERVERS: dict[tuple[str, str | None], OwnServer] = {}
_READING = Lock()


def load(url: str, template: Template = "chat") -> ServedModel:
    """The served model at a URL, its tokenizer read here; the server is asked on first use.

    The same URL returns the same model. Raises `BadModel`, `UnknownName`, `ModelUnavailable` for a server of our own
    where nothing is there to start it with.
    """
    with _READING:
        if (url, template) not in _MODELS:
            at = ServedAddress.parse(url)
            at.check(url)
            chat = tokenizer(url, at, template)
            _MODELS[url, template] = ServedModel(url, engine_of(url, at, template), chat, at.top)
        return _MODELS[url, template]


def engine_of(url: str, at: ServedAddress, template: Template) -> Engine:
    """The engine of an address: the same for all members that ask for one model on one server by one tokenizer."""
    files, where = at.files, url.partition("#")[0]
    key = at.scheme, at.url, at.name, at.key_name, files, template
    if key not in _ENGINES:
        if at.url is None:
            own = own_server(where, at)
            client = ServerClient(where, own.url)
            client.own_key = own.key
        else:
            own, client = None, ServerClient(where, at.url, at.key_name)
        _ENGINES[key] = ENGINES[at.scheme](client, at.name, adapter=files.adapter)
        _ENGINES[key].own = own
    return _ENGINES[key]


def own_server(where: str, at: ServedAddress) -> OwnServer:
    """The server of our own for a model, shared by its adapters; it is started on first use.

    Raises `ModelUnavailable` where nothing is there to start one with, `BadModel` for an adapter without its folder.
    """
    interpreter(where)
    files = at.files
    known = _SERVERS.get((files.path, files.revision))
    if known is None:
        path = Path(files.path).expanduser()
        model = str(path.resolve()) if path.is_dir() else files.path
        known = _SERVERS[files.path, files.revision] = OwnServer(where, model, at.name or path.name, files.revision)
    if files.adapter is not None:
        folder = folder_of(files.adapter)
        if folder is None:
            raise BadModel(f"{where}: a new server has no adapter {files.adapter}. Name its folder.")
        known.adapt(folder)
    return known


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
