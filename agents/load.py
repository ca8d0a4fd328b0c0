"""Models by URL: what a team file or `load` can name. Nothing is read before `load`.

pocket:NAME                            a packaged model
hf:REPO_OR_PATH[@REVISION][+ADAPTER]   transformers, in this process; ADAPTER is a folder in PEFT's format;
                                       #cuda:0,cuda:1 at the end puts it on these devices, its calls spread over them
reward:REPO_OR_PATH[@REVISION]         a reward model of transformers: it scores answers and writes none
api:PROVIDER/MODEL[@URL][#KEY]         LiteLLM, or any OpenAI-compatible server
scripted:FILE                          the lines of a text file, or the strings of a .jsonl file, one a call
peer:TOP/URL                           a model of this process asked by message for its TOP likeliest tokens, or all
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .errors import BadData, BadModel, MissingCapability, UnknownName
from .models.base import Open, Scorer, Stepper, Writer
from .models.hf.address import ModelAddress
from .models.scripted import Scripted
from .peers.address import Shared

if TYPE_CHECKING:
    from .models.hf.model import Model
    from .models.hf.replicated import Replicated

SCHEMES: Final[Mapping[str, str]] = {
    "pocket": "a packaged model, by name",
    "hf": "transformers, in this process: REPO_OR_PATH[@REVISION][+ADAPTER][#DEVICE,..]",
    "reward": "a reward model of transformers, in this process: REPO_OR_PATH[@REVISION]",
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
        from .models.api import Api

        return Api.from_url(url)
    if scheme == "peer":
        from .peers.in_process import in_process

        shared = Shared.parse(rest, name=url)
        return in_process(url, load(shared.url), shared.top)
    if capability(url) is Scorer:
        raise BadModel(f"{url}: is a reward model: it scores answers and writes none. Load it with load_reward.")
    return _resident(url, place(url))


def load_reward(url: str) -> Scorer:
    """The reward model at a URL. Raises `UnknownName`, `BadModel`."""
    if capability(url) is not Scorer:
        raise BadModel(f"{url}: is no reward model. Name one: pocket:reward, or reward:REPO_OR_PATH.")
    from .models.hf import registry as resident
    from .models.hf.loading import Source

    at = place(url)
    at.check(url)
    if len(at.devices) > 1:
        raise BadModel(f"{url}: a reward model lies on one device. Name one.")
    return resident.reward(Source(at.path, revision=at.revision, device=at.devices[0]), url)


def load_any(url: str) -> Writer | Scorer:
    """The model at a URL, whatever it offers. Raises what `load` raises."""
    return load_reward(url) if capability(url) is Scorer else load(url)


def capability(url: str) -> type:
    """What the model at a URL offers, `Writer`, `Stepper`, `Open` or `Scorer`, without a look at it."""
    if is_reward(*parse(url)):
        return Scorer
    offers = {"pocket": Open, "hf": Open, "peer": Stepper}
    return offers.get(parse(url)[0], Writer)


def is_reward(scheme: str, rest: str) -> bool:
    """Whether a URL names a reward model."""
    from .models import pocket

    packaged = scheme == "pocket" and rest in pocket.names()
    return scheme == "reward" or (packaged and pocket.card(rest)["kind"] == "reward")


def check(url: str, *, where: str | None = None) -> None:
    """Raise what `load` would raise for a name or a file that does not exist. Reads no weights, asks no server."""
    scheme, rest = parse(url, where=where)
    name = f"{where}: {url}" if where else url
    if scheme == "scripted":
        _script(name, Path(rest).expanduser())
    elif scheme == "api":
        from .models.api.address import Address

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


def place(url: str, *, where: str | None = None) -> ModelAddress:
    """Where the files of a model that runs in this process are. Raises `UnknownName` for a packaged one."""
    scheme, rest = parse(url, where=where)
    if scheme in ("hf", "reward"):
        return ModelAddress.parse(rest)
    from .models import pocket

    if rest not in pocket.names():
        raise UnknownName("packaged model", rest, pocket.names(), where=f"{where}: {url}" if where else url)
    return ModelAddress.parse(pocket.resolve(rest))


def _resident(url: str, at: ModelAddress) -> "Model | Replicated":
    from .models.hf import registry as resident
    from .models.hf.loading import Source

    at.check(url)
    sources = tuple(
        Source(at.path, revision=at.revision, device=device, copy=at.devices[:number].count(device))
        for number, device in enumerate(at.devices)
    )
    base = resident.load_on_all(sources, url if at.adapter is None else url.replace(f"+{at.adapter}", ""))
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
