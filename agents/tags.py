"""The tags of data types: stable names of types in traces and on the wire, independent of their modules.

A tag is a name and a version, `ask/1`. A type that is moved keeps its tag; one whose fields change their meaning gets
the next version. Tags are unique, plug-in types included.
"""

import re
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from sys import modules
from typing import Final

from .errors import BadMessage, Twice, UnknownName

PACKAGE: Final = __name__.partition(".")[0]
FORM: Final = re.compile(r"[a-z_][\w.-]*/[1-9]\d*")
ALWAYS: Final = ("message", "parts", "failure", "decoding.messages", "decoding.combine")
"""The modules, below `agents`, whose types have tags without the name of their file."""

_TYPES: dict[str, type] = {}
_TAGS: dict[type, str] = {}


def register(kind: type, tag: str | None) -> None:
    """Give a type its tag. Raises `BadMessage` for an ill-formed one, `Twice` for one that another type has.

    A class that is defined again, as in a notebook, takes the place of the one before.
    """
    tag = default_tag(kind) if tag is None else tag
    if not FORM.fullmatch(tag):
        raise BadMessage(f"{kind.__name__}: {tag!r} is not a tag. Write a name and a version, as tag='ask/1'.")
    other = _TYPES.get(tag)
    if other is not None and current(other) and named(other) != named(kind):
        raise Twice("data type", (tag, tag), where=f"{named(kind)}, {named(other)}")
    _TAGS[kind] = tag
    if "<locals>" not in kind.__qualname__:  # nobody could look it up
        _TYPES[tag] = kind


def default_tag(kind: type) -> str:
    """The name of the file and of the class in snake case, version 1: `debate.revise/1`."""
    file = kind.__module__.rpartition(".")[2].lower()
    return f"{file}.{snake(kind.__qualname__.rpartition('.')[2])}/1"


@cache
def snake(name: str) -> str:
    """A class name in snake case: `PolicyVersion` is `policy_version`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def tag_of(kind: type) -> str:
    """The tag of a type. Raises `BadMessage` for a type that its tag would not find again."""
    if "<locals>" in kind.__qualname__:
        raise BadMessage(
            f"{kind.__qualname__}: is defined in a function, so nobody can look it up. Move it to a module."
        )
    return _TAGS[kind]


def type_tagged(tag: object) -> type:
    """The type with this tag. Raises `BadMessage`, `UnknownName`.

    It is one of this process, or in a file of this package that the tag names; nothing else is ever imported.
    """
    if not isinstance(tag, str):
        raise BadMessage(f"@type: {tag!r} is not a tag. Write a name and a version, as 'ask/1'.")
    kind = _TYPES.get(tag)
    if kind is None or not current(kind):
        import_named(tag.partition(".")[0] if "." in tag else None)
        kind = _TYPES.get(tag)
    if kind is None:
        raise UnknownName("data type", tag, _TYPES)
    return kind


def import_named(file: str | None) -> None:
    """Import the modules of this package whose file has this name; None: those whose types are named without one."""
    for module in (f"{PACKAGE}.agents.{name}" for name in ALWAYS) if file is None else files().get(file, ()):
        import_module(module)


def tags() -> dict[str, type]:
    """Every type known so far, by its tag."""
    return dict(_TYPES)


def named(kind: type) -> str:
    """The qualified name of a type: module and class."""
    return f"{kind.__module__}.{kind.__qualname__}"


def current(kind: type) -> bool:
    """True if a type is the latest of its name: in a notebook, classes are defined again."""
    return getattr(modules.get(kind.__module__), kind.__qualname__, kind) is kind


@cache
def files() -> dict[str, tuple[str, ...]]:
    """The modules of this package by their file's name."""
    found: dict[str, tuple[str, ...]] = {}
    for module in walk_packages(import_module(PACKAGE).__path__, prefix=f"{PACKAGE}."):
        name = module.name.rpartition(".")[2]
        found[name] = (*found.get(name, ()), module.name)
    return found
