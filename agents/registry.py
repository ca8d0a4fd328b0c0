"""The file system is the registry: a name is a path below a package, and a file is found by its name."""

from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType

from .errors import UnknownName


def names(package: str) -> list[str]:
    """Every module below a package, as `sub/module`. Imports packages, never the modules themselves."""
    found = walk_packages(import_module(package).__path__, prefix=f"{package}.")
    return sorted(m.name.removeprefix(f"{package}.").replace(".", "/") for m in found if not m.ispkg)


def find(package: str, name: str, *, where: str | None = None) -> ModuleType:
    """The module with that name, imported, and no other. Raises `UnknownName`."""
    known = names(package)
    if name not in known:
        raise UnknownName(package.rpartition(".")[2].removesuffix("s"), name, known, where=where)
    return import_module(f"{package}.{name.replace('/', '.')}")
