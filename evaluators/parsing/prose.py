"""Sentences: where an answer ends, and an explanation of it begins."""

import re
from typing import Final

_ABBREVIATED: Final = re.compile(
    r"(?:^|[\s(])(?:[A-Za-z]|(?:[A-Za-z]\.)+[A-Za-z]|Mr|Mrs|Ms|Dr|St|Jr|Sr|vs|No|Mt|Ft|Lt|Sgt|Col|Gen|Prof|Rev|Inc|Ltd|Co|etc)\.$"
)
_END: Final = re.compile(r"[.!?](?=[*_\"')\]]*\s+[*_\"'(\[]*[A-Z])")
_LONGEST: Final = 2000


def first_sentence(text: str) -> str:
    """The first sentence of a text, which an initial or an abbreviation does not end.

    >>> first_sentence("J. Smith of St. Ives. He was a poet.")
    'J. Smith of St. Ives.'
    """
    for end in _END.finditer(text[:_LONGEST]):
        if not _ABBREVIATED.search(text[: end.end()]):
            return text[: end.end()]
    return text
