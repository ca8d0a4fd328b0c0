"""Message types by name: module and class, as "symposia.agents.message.Ask"."""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from sys import modules
from typing import Final

from ..errors import BadMessage, UnknownName
from ..message import Frozen

PACKAGE: Final = __name__.partition(".")[0]
DEEPEST: Final = 8  # dots; importing recurses
KNOWN: dict[str, type[Frozen]] = {}
"""The types found so far."""


@cache
def name_of(kind: type[Frozen]) -> str:
    """The name of a type. Raises `BadMessage` for one that could not be found by it."""
    if "<locals>" in kind.__qualname__:
        raise BadMessage(
            f"{kind.__qualname__}: is defined in a function, so nobody can look it up. Move it to a module."
        )
    return f"{kind.__module__}.{kind.__qualname__}"


def type_named(name: object) -> type[Frozen]:
    """The type with this name. Raises `UnknownName`.

    It has to be defined in this process, or in a module of this package: no other is ever imported.
    """
    if not isinstance(name, str):
        raise BadMessage(f"@type: {name!r} is not a name. Write module and class, as 'symposia.agents.message.Ask'.")
    if not current(KNOWN.get(name)):
        import_ours(name.rpartition(".")[0])
        KNOWN.update({f"{kind.__module__}.{kind.__qualname__}": kind for kind in below(Frozen)})
    if name not in KNOWN:
        raise UnknownName("message type", name, KNOWN)
    return KNOWN[name]


def current(kind: type[Frozen] | None) -> bool:
    """Whether this is still the type of its name: in a notebook, a class is often defined again."""
    return kind is not None and getattr(modules.get(kind.__module__), kind.__qualname__, kind) is kind


def import_ours(module: str) -> None:
    """Import a module if it is one of this package."""
    if not module.startswith(f"{PACKAGE}.") or module.count(".") > DEEPEST:
        return
    try:
        import_module(module)
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith(PACKAGE):  # ours is there, what it needs is not
            raise


def below(kind: type[Frozen]) -> Iterator[type[Frozen]]:
    """All subclasses, also of subclasses."""
    for child in kind.__subclasses__():
        yield child
        yield from below(child)
