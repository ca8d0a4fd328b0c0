"""Models by URL: what a team file or `load` can name. Nothing is read before `load`.

pocket:NAME                            a packaged model
hf:REPO_OR_PATH[@REVISION][+ADAPTER]   transformers, in this process; ADAPTER is a folder in PEFT's format
api:PROVIDER/MODEL[@URL][#KEY]         LiteLLM, or any OpenAI-compatible server
scripted:FILE                          the lines of a text file, or the strings of a .jsonl file, one a call
peer:TOP/URL                           a model of this process asked by message for its TOP likeliest tokens, or all
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..errors import BadData, BadModel, MissingCapability, UnknownName
from .base import Open, Stepper, Writer
from .place import Place
from .remote.address import Shared
from .scripted import Scripted

if TYPE_CHECKING:
    from .hf.model import Model

SCHEMES: Final[Mapping[str, str]] = {
    "pocket": "a packaged model, by name",
    "hf": "transformers, in this process: REPO_OR_PATH[@REVISION][+ADAPTER]",
    "api": "any provider LiteLLM knows, or an OpenAI-compatible server: PROVIDER/MODEL[@URL][#KEY]",
    "scripted": "the lines of a file, one a call",
    "peer": "a model of this process, asked by message for its TOP likeliest tokens: TOP/URL",
}


def load(url: str) -> Writer:
    """The model at a URL. A model that runs in this process is read once: the same URL is the same model.

    Raises `UnknownName`, `BadModel`, `BadData`.
    """
    scheme, rest = parse(url)
    if scheme == "scripted":
        return Scripted(*_script(url, Path(rest).expanduser()))
    if scheme == "api":
        from .api import Api

        return Api.from_url(url)
    if scheme == "peer":
        from .remote.nearby import nearby

        shared = Shared.parse(rest, name=url)
        return nearby(url, load(shared.url), shared.top)
    return _resident(url, place(url))


def capability(url: str) -> type:
    """What the model at a URL offers, `Writer`, `Stepper` or `Open`, without a look at it."""
    offers = {"pocket": Open, "hf": Open, "peer": Stepper}
    return offers.get(parse(url)[0], Writer)


def check(url: str, *, where: str | None = None) -> None:
    """Raise what `load` would raise for a name or a file that does not exist. Reads no weights, asks no server."""
    scheme, rest = parse(url, where=where)
    name = f"{where}: {url}" if where else url
    if scheme == "scripted":
        _script(name, Path(rest).expanduser())
    elif scheme == "api":
        from .api.address import Address

        Address.parse(url).check()
    elif scheme == "peer":
        check_shared(Shared.parse(rest, name=name), name)
    else:
        place(url, where=where).check(name)


def check_shared(shared: Shared, name: str) -> None:
    """Check the model behind a peer. Raises `MissingCapability` for one that shows no distributions."""
    check(shared.url, where=name)
    if capability(shared.url) is Writer:
        raise MissingCapability(f"{name}: {shared.url} shows no distributions. Use a model that does: pocket: or hf:.")


def parse(url: str, *, where: str | None = None) -> tuple[str, str]:
    """The scheme and what follows it. Raises `UnknownName`, `BadModel`."""
    scheme, _, rest = url.partition(":")
    if scheme not in SCHEMES:
        raise UnknownName("kind of model", scheme, SCHEMES, where=f"{where}: {url}" if where else url)
    if not rest:
        raise BadModel(f"{where or url}: no model after {scheme}:. It is {SCHEMES[scheme]}.")
    return scheme, rest


def place(url: str, *, where: str | None = None) -> Place:
    """Where the files of a model that runs in this process are. Raises `UnknownName` for a packaged one."""
    scheme, rest = parse(url, where=where)
    if scheme == "hf":
        return Place.parse(rest)
    from . import pocket

    if rest not in pocket.names():
        raise UnknownName("packaged model", rest, pocket.names(), where=f"{where}: {url}" if where else url)
    return Place.parse(pocket.resolve(rest))


def _resident(url: str, at: Place) -> "Model":
    from .hf import resident
    from .hf.loading import Source

    at.check(url)
    base = resident.load(Source(at.path, revision=at.revision), url.removesuffix(f"+{at.adapter}"))
    return base if at.adapter is None else resident.adapted(base, url, Path(at.adapter).expanduser())


def _script(name: str, path: Path) -> list[str]:
    """The lines of a script."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        script = [json.loads(line) for line in lines] if path.suffix == ".jsonl" else lines
    except OSError:
        raise BadData(f"{name}: there is no file {path}. Give a text file with one answer a line.") from None
    except ValueError as error:
        raise BadData(f"{name}: {path} cannot be read: {error}. Write one JSON string a line.") from None
    if not script or not all(isinstance(line, str) for line in script):
        raise BadData(f"{name}: {path} is no script. Write one answer a line, in .jsonl one JSON string a line.")
    return script
