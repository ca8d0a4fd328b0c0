"""What there is: protocols, topologies, tasks, metrics, models, scenarios, as data."""

from collections.abc import Callable
from importlib import import_module
from inspect import getdoc
from pathlib import Path
from typing import Any, Final

from ..agents.errors import UnknownName
from ..agents.load import SCHEMES
from ..agents.models import pocket
from ..agents.registry import names
from ..topologies import SHAPES
from .planning.protocol_spec import protocols

LIBRARY: Final = Path(__file__).parent / "library"


def listing(kind: str) -> list[dict[str, Any]]:
    """Everything of a kind: name and summary, for protocols also needs and options. Raises `UnknownName`."""
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
            "options": {name: readable(hint) for name, hint in one.options.items()},
        }
        for one in protocols()
    ]


def readable(hint: object) -> str:
    """A type as a person writes it."""
    return (
        hint.__name__ if isinstance(hint, type) and not hasattr(hint, "__args__") else str(hint).replace("typing.", "")
    )


def list_topologies() -> list[dict[str, Any]]:
    """All shapes."""
    return [{"name": name, "summary": first_line(shape)} for name, shape in SHAPES.items()]


def list_modules(package: str) -> list[dict[str, Any]]:
    """All modules of a package."""
    return [
        {"name": name, "summary": first_line(import_module(f"{package}.{name.replace('/', '.')}"))}
        for name in names(package)
    ]


def list_models() -> list[dict[str, Any]]:
    """The schemes of model URLs, and the packaged models."""
    schemes = [{"name": f"{scheme}:", "summary": summary} for scheme, summary in SCHEMES.items()]
    return schemes + [{"name": f"pocket:{name}", "summary": pocket.card(name)["summary"]} for name in pocket.names()]


def list_scenarios() -> list[dict[str, Any]]:
    """The scenario files of the library; the summary is the comment on their first line."""
    return [
        {"name": path.stem, "summary": path.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")}
        for path in sorted(LIBRARY.glob("*.yaml"))
    ]


def first_line(thing: object) -> str:
    """The first line of a docstring."""
    return (getdoc(thing) or "").partition("\n")[0]


KINDS: Final[dict[str, Callable[[], list[dict[str, Any]]]]] = {
    "protocols": list_protocols,
    "topologies": list_topologies,
    "tasks": lambda: list_modules("symposia.evaluators.tasks"),
    "metrics": lambda: list_modules("symposia.evaluators.metrics"),
    "models": list_models,
    "scenarios": list_scenarios,
}
