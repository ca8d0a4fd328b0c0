"""Names in Python code, from its syntax tree. No code is run, and code that is no Python has none."""

import ast
import builtins
import sys
import warnings
from typing import Final

LONGEST: Final = 200_000
"""Characters of code that are parsed."""

_FAILURES: Final = (SyntaxError, ValueError, MemoryError, RecursionError)


def parsed(code: str) -> ast.Module | None:
    """The syntax tree of code; None if it is not Python."""
    if len(code) > LONGEST:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(code)
        except SystemError:  # Python 3.11 fails now and then where another thread parses, too
            return parsed(code)
        except _FAILURES:
            return None


def defined(tree: ast.Module) -> set[str]:
    """The names that a module defines at its top level."""
    found: set[str] = set()
    for node in tree.body:
        found |= names_of(node)
    return found


def names_of(node: ast.stmt) -> set[str]:
    """The names that a statement of a module defines."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return {one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)}
    return set()


def defines(tree: ast.Module, entry: str) -> bool:
    """True if a module defines a function: itself, by a lambda, or as a method of a class, as in `class Solution`."""
    methods = {
        one.name
        for node in tree.body
        if isinstance(node, ast.ClassDef)
        for one in node.body
        if isinstance(one, ast.FunctionDef)
    }
    return entry in defined(tree) | methods


def free(tree: ast.Module) -> set[str]:
    """The names that a module uses and neither it nor Python defines."""
    used, made = set[str](), defined(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else made).add(node.id)
        elif isinstance(node, ast.arg):
            made.add(node.arg)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            made.add(node.name)
        elif isinstance(node, ast.stmt):
            made |= names_of(node)
    return used - made - set(dir(builtins)) - {"__name__", "__file__"}


def imported(tree: ast.Module) -> set[str]:
    """The packages that a module imports anywhere."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def last_function(code: str) -> tuple[str, str] | None:
    """The name of the last function at the top level, and the code before it; None if there is none.

    >>> last_function("import math\\n\\ndef area(r):\\n    ...")
    ('area', 'import math\\n\\n')
    """
    tree = parsed(code)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)] if tree else []
    if not functions:
        return None
    last = functions[-1]
    line = min([last.lineno, *(one.lineno for one in last.decorator_list)])
    return last.name, "".join(code.splitlines(keepends=True)[: line - 1])


def called(code: str) -> str | None:
    """The first function that code calls, outermost first, one that Python does not define before one that it does.

    None if there is none.

    >>> called("assert set(shared((1, 2), (2, 3))) == {2}")
    'shared'
    """
    tree = parsed(code.strip())
    names = _called_in(tree) if tree else []
    return next((name for name in names if not hasattr(builtins, name)), names[0] if names else None)


def outermost_call(tree: ast.Module) -> str | None:
    """The first function that a module calls by name, be it Python's own."""
    return next(iter(_called_in(tree)), None)


def _called_in(tree: ast.Module) -> list[str]:
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [function.id for function in calls if isinstance(function, ast.Name)]


def standard(names: set[str]) -> set[str]:
    """Those of the names that are modules of the standard library."""
    return names & sys.stdlib_module_names
