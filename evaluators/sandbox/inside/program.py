"""A program as a module, and the function in it that is to be tested."""

import sys
from types import ModuleType
from typing import Any

NAME = "solution"
"""The program's `__name__`: it is imported, so that a main guard does not run."""


class CannotLoad(Exception):
    """A program cannot be loaded; `verdict` says of which kind that is.

    >>> try:
    ...     loaded("def f(")
    ... except CannotLoad as error:
    ...     error.verdict
    'syntax'
    """

    def __init__(self, verdict: str, message: str) -> None:
        super().__init__(message)
        self.verdict = verdict


def loaded(code: str, name: str = NAME) -> ModuleType:
    """The module that a program makes. Raises `CannotLoad`."""
    if "random" in code:
        import random

        random.seed(0)
    module = ModuleType(name)
    sys.modules[name] = module
    try:
        exec(compile(code, f"<{name}>", "exec", dont_inherit=True), module.__dict__)
    except BaseException as error:  # noqa: BLE001 - whatever a program raises
        raise CannotLoad(verdict_of(error), said(error)) from None
    return module


def verdict_of(error: BaseException) -> str:
    """The verdict on a program that raised this while it was loaded."""
    if isinstance(error, MemoryError):
        return "memory"
    return "syntax" if isinstance(error, SyntaxError) else "exception"


def entry_of(module: ModuleType, name: str) -> Any:  # noqa: ANN401
    """The function of that name, or the method of an instance of the one class that has it. Raises `CannotLoad`."""
    found = module.__dict__.get(name)
    if callable(found):
        return found
    owners = [one for one in module.__dict__.values() if isinstance(one, type) and callable(one.__dict__.get(name))]
    if not owners:
        raise CannotLoad("missing_entry", f"the program defines no {name}")
    try:
        return getattr(owners[-1](), name)
    except BaseException as error:  # noqa: BLE001 - whatever a program raises
        raise CannotLoad(verdict_of(error), said(error)) from None


def said(error: BaseException) -> str:
    """An exception's class and message, in at most 300 characters."""
    try:
        return f"{type(error).__name__}: {error}".removesuffix(": ")[:300]
    except BaseException:  # noqa: BLE001 - its own text may raise, too
        return type(error).__name__
