"""JSON objects in a judge's text."""

import json
import re
from typing import Any, Final

LONGEST: Final = 20_000
"""The last characters of a reply that are searched: a verdict is at its end."""

_FLAT: Final = re.compile(r"\{([^{}]*)\}")
_QUOTED: Final = r"""(?:"([^"]*)"|'([^']*)')"""
_PAIR: Final = re.compile(rf"\s*{_QUOTED}\s*:\s*(?:(-?\d+(?:\.\d+)?)|{_QUOTED})\s*(?:,|\Z)")


def last_object(text: str) -> dict[str, Any] | None:
    """The last JSON object in a text; of nested ones the outermost. None without one.

    >>> last_object('{"a": 1} and, in short, {"b": {"c": null}}')
    {'b': {'c': None}}
    """
    text, found, at = text[-LONGEST:], None, 0
    decoder = json.JSONDecoder()
    while (at := text.find("{", at)) >= 0:
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            at += 1
            continue
        found = value if isinstance(value, dict) else found
    return found


def last_pairs(text: str) -> dict[str, float | str] | None:
    """The last flat group in braces, of quoted names and numbers or quoted texts: a dictionary as Python prints it.

    >>> last_pairs("{'a': 4, \\"b\\": 'N/A'}"), last_pairs("{a: 4}"), last_pairs("{'a': None}")
    ({'a': 4.0, 'b': 'N/A'}, None, None)
    """
    groups = _FLAT.findall(text[-LONGEST:])
    if not groups:
        return None
    found: dict[str, float | str] = {}
    rest = groups[-1].strip()
    while rest:
        pair = _PAIR.match(rest)
        if pair is None:
            return None
        one, other, number, said, quoted = pair.groups()
        found[one or other or ""] = float(number) if number is not None else (said or quoted or "")
        rest = rest[pair.end() :].strip()
    return found


def number_in(text: str, name: str, low: float, high: float) -> float | None:
    """The number with this name in the last object of a text, if it lies in a range.

    >>> number_in('{"thought": "fine", "accuracy": 1}', "accuracy", 0, 1)
    1.0
    >>> number_in('{"accuracy": 7}', "accuracy", 0, 1) is None
    True
    """
    found = (last_object(text) or {}).get(name)
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    return float(found) if low <= found <= high else None
