"""Parsing of truth values: true or false, yes or no, and the undecided maybe, unknown and uncertain."""

import re
from typing import Final

from .final import Finals

_WORD: Final = re.compile(r"\b(true|yes|yeah|yep|false|no|nope|not|cannot|maybe)\b|n['\u2019]t\b", re.IGNORECASE)
_FIRST: Final = re.compile(
    r"(?:(?:true|yes|yeah|yep|false|no|nope|maybe(?!\s+not\b)|unknown|uncertain)\b(?!-)|(?:correct|incorrect|[TFYN])(?=\W*$))",
    re.IGNORECASE,
)
_EITHER: Final = re.compile(
    r"\b(?:true|yes)\W{1,3}(?:(?:or|and)\W{1,3})?(?:false|no)\b|\b(?:false|no)\W{1,3}(?:(?:or|and)\W{1,3})?(?:true|yes)\b"
    r"|\bneither\b",
    re.IGNORECASE,
)
_TRUE: Final = dict.fromkeys(("true", "yes", "yeah", "yep", "correct", "t", "y"), "true")
_FALSE: Final = dict.fromkeys(("false", "no", "nope", "incorrect", "f", "n"), "false")
_VALUES: Final = _TRUE | _FALSE | {"maybe": "maybe", "unknown": "unknown", "uncertain": "uncertain"}
_CERTAIN: Final = re.compile(r"\bno\s+(?:doubt|question)\b(?:\s+about\s+it)?[,.:]?", re.IGNORECASE)
_AROUND: Final = " \t*_\"'`$([{<#>-"


def truth_in(text: str) -> str | None:
    """The truth value in a short answer, `true`, `false` or `maybe`: its first word, or else its only one.

    Empty where there are several, or only a denial ("It is not true."); None where there is none.
    """
    text = _CERTAIN.sub("", text)
    if _EITHER.search(text) or text.rstrip().endswith("?"):
        return ""
    if first := leading_truth(text):
        return first
    found = [match[0].lower() for match in _WORD.finditer(text)]
    if len(found) == 1:
        return _VALUES.get(found[0], "")
    return "" if found else None


def leading_truth(text: str) -> str | None:
    """The truth value with which a text begins, whatever follows ("Yes, because ..."); None if it begins otherwise."""
    text = _CERTAIN.sub("", text)
    first = None if _EITHER.search(text) or text.rstrip().endswith("?") else _FIRST.match(text.strip(_AROUND))
    return _VALUES[first[0].lower()] if first else None


def chosen_truth(found: Finals) -> str | None:
    """The truth value of a reply: as stated; else at the start of its last line, or its first; else in its last."""
    for stated in found.stated:
        value = truth_in(stated)
        if value is not None:
            return value or None
    begun = [leading_truth(line) for line in (*found.lines[-1:], found.first)]
    return (
        next((value for value in begun if value), None) or next((truth_in(line) for line in found.lines), None) or None
    )
