"""Comparison of a program's results with those of a reference solution, as EvalPlus does it.

EvalPlus (https://github.com/evalplus/evalplus): results are equal, or floats (alone, or in a list or tuple of floats)
within an absolute tolerance and a relative one of 1e-7; a float without a tolerance gets one of 1e-6. A few functions
have several right results, and a rule of their own.
"""

import copy
from collections.abc import Callable
from math import hypot, isclose
from typing import Any, Final

from .proxy import Candidate
from .values import unpack

RELATIVE: Final = 1e-7
FLOAT: Final = 1e-6
ORDERLESS: Final = frozenset(
    {
        "similar_elements",
        "find_char_long",
        "common_in_nested_lists",
        "extract_singly",
        "larg_nnum",
        "intersection_array",
        "find_dissimilar",
        "Diff",
    }
)
"""Functions of MBPP+ whose result is a set, in whichever order."""

PRESENCE: Final = frozenset({"check_str", "text_match_three", "text_starta_endb"})
"""Functions of MBPP+ that return something or nothing; true and false are the same."""


def surface_of_pyramid(edge: float, height: float) -> int:
    """The rounded surface of a square pyramid whose height is that of its apex, not of its sides.

    >>> surface_of_pyramid(3, 4)
    35
    """
    return round(edge**2 + 2 * edge * hypot(edge / 2, height))


def digit_distance(one: int, other: int) -> int:
    """The sum of the differences of two numbers' digits, the shorter one filled with zeros on the left.

    >>> digit_distance(23, 156)
    7
    """
    width = max(len(str(one)), len(str(other)))
    digits = zip(str(one).zfill(width), str(other).zfill(width), strict=True)
    return sum(abs(int(first) - int(second)) for first, second in digits)


SEVERAL: Final[dict[str, Callable[..., Any]]] = {
    "sum_div": lambda *_: 0,
    "surface_Area": surface_of_pyramid,
    "digit_distance_nums": digit_distance,
}
"""Functions of MBPP+ with a second right result."""


def compared(payload: dict[str, Any], namespace: dict[str, Any], candidate: Candidate) -> None:
    """Compare on all `inputs`; the reference is `canonical`. Raises `AssertionError` for the first that differs."""
    trusted: dict[str, Any] = dict(namespace)
    exec(compile(payload["canonical"], "<reference>", "exec", dont_inherit=True), trusted)
    reference, entry = trusted[payload["entry"]], payload["entry"]
    candidate.wait()
    for number, arguments in enumerate(unpack(payload["inputs"])):
        expected = reference(*copy.deepcopy(arguments))
        same = rule_for(entry, payload["atol"], trusted, arguments)
        if not same(candidate(*copy.deepcopy(arguments)), expected):
            raise AssertionError(f"another result for input {number}")


def rule_for(entry: str, tolerance: float, trusted: dict[str, Any], arguments: list[Any]) -> Callable[[Any, Any], bool]:
    """The rule by which a result and the reference's are the same."""
    if entry == "find_zero" and "poly" in trusted:
        return lambda said, _: abs(trusted["poly"](*arguments, said)) <= (tolerance or 1e-4)
    if entry in ORDERLESS:
        return lambda said, expected: set(said) == set(expected)
    if entry == "are_equivalent":  # EvalPlus takes any result
        return lambda *_: True
    if entry in SEVERAL:
        return lambda said, expected: equal(said, expected, tolerance) or equal(said, SEVERAL[entry](*arguments), FLOAT)
    if entry in PRESENCE:
        return lambda said, expected: said == expected or _there(said) == _there(expected)
    return lambda said, expected: equal(said, expected, tolerance)


def equal(said: Any, expected: Any, tolerance: float = 0.0) -> bool:  # noqa: ANN401
    """True if a result equals the reference's, within the tolerance where that is of floats."""
    if said == expected:
        return True
    if not tolerance and isinstance(expected, float):
        tolerance = FLOAT
    if not tolerance or type(said) is not type(expected):
        return False
    if isinstance(expected, list | tuple):
        return len(said) == len(expected) and all(map(_close_to(tolerance), said, expected))
    return _close_to(tolerance)(said, expected)


def _close_to(tolerance: float) -> Callable[[Any, Any], bool]:
    def close(one: Any, other: Any) -> bool:  # noqa: ANN401
        if not isinstance(one, int | float) or not isinstance(other, int | float):
            return bool(one == other)
        return isclose(one, other, rel_tol=RELATIVE, abs_tol=tolerance)

    return close


def _there(value: Any) -> bool:  # noqa: ANN401
    return value is not None if not isinstance(value, bool) else value
