"""Every worked example in a docstring does what it shows, and every public class has one."""

import doctest
import inspect
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import Protocol

import pytest
import symposia
from symposia.agents.errors import SymposiaError

MODULES = sorted(
    module.name for module in walk_packages(symposia.__path__, "symposia.") if ".pocket." not in module.name
)


def classes(module: ModuleType) -> list[type]:
    """The public classes that a module defines, interfaces and errors left out: those are shown by what has them."""
    defined = [kind for _, kind in inspect.getmembers(module, inspect.isclass) if kind.__module__ == module.__name__]
    return [
        kind
        for kind in defined
        if not kind.__name__.startswith("_") and Protocol not in kind.__bases__ and not issubclass(kind, SymposiaError)
    ]


@pytest.mark.parametrize("name", MODULES)
def test_examples_do_what_they_show(name: str) -> None:
    results = doctest.testmod(import_module(name), optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert results.failed == 0


@pytest.mark.parametrize("name", MODULES)
def test_every_public_class_has_an_example(name: str) -> None:
    assert [kind.__name__ for kind in classes(import_module(name)) if ">>>" not in (kind.__doc__ or "")] == []
