"""Parsing of truth values: true or false, yes or no."""

import re

_WORD = re.compile(r"\b(true|yes|false|no|not)\b", re.IGNORECASE)
_EITHER = re.compile(r"\b(?:true or false|false or true|yes or no|no or yes)\b", re.IGNORECASE)
_TRUE = {"true": True, "yes": True, "false": False, "no": False}


def truth_in(text: str) -> bool | None:
    """The truth value in a short answer: its first word, or else its only one; None if ambiguous."""
    if _EITHER.search(text):
        return None
    found = [match.lower() for match in _WORD.findall(text)]
    first = _WORD.match(text.strip(" *_\"'`$(["))
    if first and first[1].lower() in _TRUE:
        return _TRUE[first[1].lower()]
    return _TRUE.get(found[0]) if len(found) == 1 else None
