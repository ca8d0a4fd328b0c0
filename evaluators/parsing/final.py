"""Extraction of the final answer from a reply.

The last box; else what follows the last label ("Answer: ...", "The answer is ..."); else what
follows the last `####`; else the last line.
"""

import re

from .boxed import last_box

_LABEL = re.compile(
    r"\b(?:answer|solution)s?\b[*_\"']*\s*(?:\b(?:is|are)\b\s*:?|=|:)[^\S\n]*(?P<answer>.*)(?:\n\s*(?P<below>.+))?",
    re.IGNORECASE,
)
_HASHES = re.compile(r"####[^\S\n]*(\S.*)")
_AROUND = " \t\r*_`"


def final_answer(text: str) -> str | None:
    """The final answer in a reply, without markup around it; None if there is none."""
    box = last_box(text)
    if box is not None:
        return _trimmed(box)
    found = _last_label(text)
    if found is not None:
        return _trimmed(found)
    if hashes := _HASHES.findall(text):
        return _trimmed(hashes[-1])
    lines = [line for line in text.split("\n") if line.strip(_AROUND)]
    return _trimmed(lines[-1]) if lines else None


def _last_label(text: str) -> str | None:
    """The text after the last label, on its line or, where the line ends with the label, on the next."""
    found = None
    start = 0
    while label := _LABEL.search(text, start):
        on_line = label["answer"]
        found = on_line if on_line.strip(_AROUND) else label["below"] or on_line
        start = label.start("answer")
    return found


def _trimmed(answer: str) -> str | None:
    """The answer without markup, surrounding space and final full stop; None if nothing is left."""
    trimmed = answer.strip(_AROUND).rstrip(" .").strip(_AROUND)
    return trimmed or None
