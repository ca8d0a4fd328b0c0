"""Courtesies after an answer ("I hope this helps!"), which hold none."""

import re
from typing import Final

_COURTESY: Final = (
    r"(?:i\s+hope|hope\s+(?:this|that|it)|(?:please\s+)?(?:let\s+me\s+know|feel\s+free)|(?:please\s+)?(?:don['\u2019]?t|do\s+not)"
    r"\s+hesitate|if\s+(?:you|there)\b.{0,80}\b(?:questions?|need|help|want|like|know|else|ask)\b|is\s+there\s+anything"
    r"|would\s+you\s+like|do\s+you\s+(?:want|have|need)|shall\s+i\b|(?:i\s+am|i['\u2019]m|i['\u2019]d\s+be)?\s*(?:happy|glad)\s+to"
    r"|good\s+luck|have\s+a\s+(?:great|nice|good)|thanks?\b|thank\s+you|you['\u2019]?re\s+welcome|best\s+regards|cheers\b)"
)
_LINE: Final = re.compile(rf"[\W_]{{0,20}}{_COURTESY}", re.IGNORECASE)
_AFTER: Final = re.compile(rf"(?<=[\w.!?*)\]}}$])\s{{1,3}}[*_(]{{0,4}}(?<=[\s*_(])(?={_COURTESY})", re.IGNORECASE)
_SENTENCE_END: Final = re.compile(r"[.!?][*_)\]}$\"']*$")


def without_chatter(lines: list[str]) -> list[str]:
    """The lines of a reply without the courtesies at its end; a reply of nothing else is left alone.

    >>> without_chatter(["18. I hope this helps!", "Let me know if you need anything else."])
    ['18.']
    """
    kept = list(lines)
    while len(kept) > 1 and _LINE.match(kept[-1]):
        kept.pop()
    if kept:
        kept[-1] = _without_last_sentences(kept[-1])
    return kept


def _without_last_sentences(line: str) -> str:
    """The line up to the first sentence that is a courtesy."""
    for found in _AFTER.finditer(line):
        if _SENTENCE_END.search(line[: found.start()]):
            return line[: found.start()]
    return line
