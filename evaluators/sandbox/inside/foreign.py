"""Values of the standard library's types, and of NumPy's, by their parts. A module that is not loaded is not loaded."""

import sys
from collections.abc import Callable
from typing import Any, Final


def _is(module: str, name: str) -> Callable[[Any], bool]:
    """A test of whether a value is of a class of a module, which must be loaded for there to be such a value."""

    def belongs(value: Any) -> bool:  # noqa: ANN401
        loaded = sys.modules.get(module)
        return loaded is not None and type(value) is getattr(loaded, name)

    return belongs


def _made(module: str, name: str, make: str | None = None) -> Callable[[Any], Any]:
    """The constructor of a class from its parts, or the class method `make` of it."""

    def made(parts: Any) -> Any:  # noqa: ANN401
        kind = getattr(__import__(module), name)
        return getattr(kind, make)(parts) if make else kind(*parts)

    return made


FOREIGN: Final[dict[str, tuple[Callable[[Any], bool], Callable[[Any], Any], Callable[[Any], Any]]]] = {
    "decimal": (_is("decimal", "Decimal"), lambda one: [str(one)], _made("decimal", "Decimal")),
    "fraction": (
        _is("fractions", "Fraction"),
        lambda one: [one.numerator, one.denominator],
        _made("fractions", "Fraction"),
    ),
    "datetime": (
        _is("datetime", "datetime"),
        lambda one: one.isoformat(),
        _made("datetime", "datetime", "fromisoformat"),
    ),
    "date": (_is("datetime", "date"), lambda one: one.isoformat(), _made("datetime", "date", "fromisoformat")),
    "time": (_is("datetime", "time"), lambda one: one.isoformat(), _made("datetime", "time", "fromisoformat")),
    "timedelta": (
        _is("datetime", "timedelta"),
        lambda one: [one.days, one.seconds, one.microseconds],
        _made("datetime", "timedelta"),
    ),
}
"""By tag: whether a value is of the type, its parts, and the value of such parts."""


def from_numpy(value: Any) -> tuple[Any, bool]:  # noqa: ANN401
    """A NumPy scalar as a number of Python's, an array as an iterator over lists, and True; else None and False."""
    numpy = sys.modules.get("numpy")
    if numpy is None or not hasattr(numpy, "generic"):
        return None, False
    if isinstance(value, numpy.generic):
        return value.item(), True
    if isinstance(value, numpy.ndarray):
        return iter(value.tolist()), True
    return None, False
