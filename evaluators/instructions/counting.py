"""Words, sentences and relations, as the instructions of IFEval count them."""

import re
from typing import Final

_WORD: Final = re.compile(r"\w+")
_ABBREVIATED: Final = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|Prof|Sr|Jr|St|Gen|Rep|Sen|Inc|Ltd|Co|vs|etc|e\.g|i\.e|approx|No|Fig|[A-Z])\.\s+", re.I
)
_END: Final = re.compile(r"[.!?]+[\"'\u2019\u201d)\]*_]*(?=\s|$)")
AT_LEAST: Final = "at least"
LESS_THAN: Final = "less than"


def words(text: str) -> int:
    """The number of runs of letters, digits and underscores."""
    return len(_WORD.findall(text))


def sentences(text: str) -> int:
    """The number of sentences: ends of punctuation before a space, but not after an abbreviation; the rest is one.

    >>> sentences("Mr. Smith paid 3.5 dollars. Ok!"), sentences("No end"), sentences("")
    (2, 1, 0)
    """
    joined = _ABBREVIATED.sub(lambda found: found[0].rstrip().replace(".", "") + " ", text)
    return sum(bool(_WORD.search(part)) for part in _END.split(joined))


def related(count: int, relation: str | None, number: int) -> bool:
    """True if a count is `at least`, or `less than`, a number. Raises `ValueError` for another relation."""
    if relation == LESS_THAN:
        return count < number
    if relation in (AT_LEAST, None):
        return count >= number
    raise ValueError(f"relation {relation!r}")
