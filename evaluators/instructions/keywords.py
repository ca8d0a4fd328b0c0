"""Instructions on words and letters that must, or must not, be in a reply."""

import re
from collections.abc import Sequence

from .counting import related


def existence(reply: str, *, keywords: Sequence[str]) -> bool:
    """True if every keyword is in the reply, in any case and as a part of words, too."""
    return all(keyword.lower() in reply.lower() for keyword in keywords)


def forbidden(reply: str, *, forbidden_words: Sequence[str]) -> bool:
    """True if none of these is in the reply as a whole word."""
    return not any(re.search(rf"\b{re.escape(word)}\b", reply, re.I) for word in forbidden_words)


def frequency(reply: str, *, keyword: str, frequency: int, relation: str | None = None) -> bool:
    """True if a keyword occurs as often as wanted, in any case and as a part of words, too."""
    return related(reply.lower().count(keyword.lower()), relation, frequency)


def letters(reply: str, *, letter: str, let_frequency: int, let_relation: str | None = None) -> bool:
    """True if a letter, in either case, occurs as often as wanted."""
    return related(reply.lower().count(letter.lower()), let_relation, let_frequency)
