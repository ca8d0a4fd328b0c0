"""Listings of protocols, topologies, tasks, graders, metrics, models, trainers and scenarios, as data."""

from collections.abc import Callable, Mapping
from inspect import getdoc
from typing import Any, Final

from pydantic import BaseModel

from .. import topologies
from ..agents.errors import UnknownName
from ..agents.model_url import SCHEMES
from ..agents.models import pocket
from ..agents.registry import (
    GRADERS,
    METRICS,
    MODELS,
    TASKS,
    TOPOLOGIES,
    TRAINERS,
    Kind,
    find,
    installed,
    names,
    offered_by,
)
from .planning.protocol_spec import protocols
from .planning.wanted import scenario_files

OURS: Final = "symposia"


def listing(kind: str) -> list[dict[str, Any]]:
    """All entries of a kind: name, summary and origin, for protocols also needs and options. Raises `UnknownName`."""
    if kind not in KINDS:
        raise UnknownName("listing", kind, KINDS)
    return KINDS[kind]()


def list_protocols() -> list[dict[str, Any]]:
    """All protocols, with the types of their options."""
    return [
        {
            "name": one.name,
            "summary": one.summary,
            "needs": one.needs.__name__,
            "options": described(one.options),
            "origin": offered_by(one.module),
        }
        for one in protocols()
    ]


def described(options: type[BaseModel]) -> dict[str, str]:
    """The types of options, by name, as text."""
    return {name: readable(field.annotation) for name, field in options.model_fields.items()}


def readable(hint: object) -> str:
    """A type as text, without module names."""
    return (
        hint.__name__ if isinstance(hint, type) and not hasattr(hint, "__args__") else str(hint).replace("typing.", "")
    )


def list_topologies() -> list[dict[str, Any]]:
    """The shapes of this package and of installed ones."""
    shapes = [{"name": name, "summary": first_line(shape), "origin": OURS} for name, shape in topologies.SHAPES.items()]
    return [*shapes, *list_installed(TOPOLOGIES)]


def list_kind(kind: Kind) -> list[dict[str, Any]]:
    """All modules of a kind."""
    return [entry(kind, name) for name in names(kind)]


def list_installed(kind: Kind) -> list[dict[str, Any]]:
    """The entries of a kind that installed packages register."""
    return [entry(kind, name) for name in installed(kind)]


def entry(kind: Kind, name: str) -> dict[str, Any]:
    """A row of a listing."""
    module = find(kind, name)
    return {"name": name, "summary": first_line(module), "origin": offered_by(module)}


def list_models() -> list[dict[str, Any]]:
    """The schemes of model URLs, and the packaged models."""
    schemes = [{"name": f"{scheme}:", "summary": summary, "origin": OURS} for scheme, summary in SCHEMES.items()]
    others = [{**row, "name": f"{row['name']}:"} for row in list_installed(MODELS)]
    cards = {name: pocket.card(name)["summary"] for name in pocket.names()}
    packaged = [{"name": f"pocket:{name}", "summary": text, "origin": OURS} for name, text in cards.items()]
    return [*schemes, *others, *packaged]


def list_scenarios() -> list[dict[str, Any]]:
    """The scenario files of the library; the summary is the first comment that is not an editor's directive."""
    return [
        {"name": path.stem, "summary": summary_of(path.read_text(encoding="utf-8")), "origin": OURS}
        for path in scenario_files()
    ]


def summary_of(text: str) -> str:
    """The first comment of a scenario file that is not an editor's directive."""
    comments = [line.lstrip("# ") for line in text.splitlines() if line.startswith("#")]
    return next((line for line in comments if not line.startswith("yaml-language-server:")), "")


def first_line(thing: object) -> str:
    """The first line of a docstring."""
    return (getdoc(thing) or "").partition("\n")[0]


KINDS: Final[Mapping[str, Callable[[], list[dict[str, Any]]]]] = {
    "protocols": list_protocols,
    "topologies": list_topologies,
    "tasks": lambda: list_kind(TASKS),
    "graders": lambda: list_kind(GRADERS),
    "metrics": lambda: list_kind(METRICS),
    "models": list_models,
    "trainers": lambda: list_kind(TRAINERS),
    "scenarios": list_scenarios,
}
