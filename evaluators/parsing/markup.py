"""Markup around an answer: emphasis, delimiters of formulas, angle brackets, a full stop."""

import re
from typing import Final

AROUND: Final = " \t\r*_`"
_WRAPPED: Final = re.compile(r"\$\$?([^$]+)\$\$?|\\\((.+)\\\)|\\\[(.+)\\\]|<([^<]+)>", re.DOTALL)
_PLACEHOLDERS: Final = ("answer", "letter", "your answer")


def trimmed(answer: str) -> str | None:
    """The answer without markup, surrounding space and final full stop; None if nothing is left."""
    before = None
    found = answer
    while found != before:
        before = found
        found = found.strip(AROUND).rstrip(" .").strip(AROUND)
        if wrapped := _WRAPPED.fullmatch(found):
            found = next(group for group in wrapped.groups() if group is not None)
            if found.lower() in _PLACEHOLDERS:  # the form itself, copied
                return None
    return found or None
