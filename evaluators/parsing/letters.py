"""Extraction of the chosen option from a reply, as a letter by position: A is the first.

The rules in order, each by its last match: a line `ANSWER: C`; a box; "the answer is C" and its kind;
the only option that is called by its letter; a reply that is nothing but the letter; a last line
that is exactly one option, with or without its letter. The word "a" is an option only where it
stands alone, or is set off by punctuation.
"""

import re
from collections.abc import Sequence
from string import ascii_uppercase

from .boxed import last_box
from .words import spelled

_LETTER = (
    r"[\s*_\"'`$]*+(?:(?:option|choice)\s+)?[*_\"'`$(\[{]*+"
    r"(?P<letter>[A-Z])(?![\w'\u2019+]|-\w)(?=(?P<rest>[^\n]*))"
)
_MARKED = re.compile(
    rf"^[^\S\n]*[*_#>`-]*[^\S\n]*(?:the\s+)?(?:final\s+|correct\s+)?answer[*_ ]*:{_LETTER}", re.I | re.M
)
_STATED = re.compile(
    r"\b(?:(?:answer|option|choice)(?:\s+is\b\s*:?|\s*:)|(?:I|we)\s+(?:choose|pick|select|go\s+with)\b"
    rf"|(?:so|thus|hence|therefore)\b,?(?=[*_\s(]*[A-Z][)*_.\s]*$)){_LETTER}",
    re.I | re.M,
)
_CALLED = re.compile(
    r"\b(?:option|choice)\s+[*_\"'(\[]*([A-Z])\b(?!['\u2019]|[*_\"')\]]*\s+is\s+(?:wrong|incorrect|not|false))", re.I
)
_LABELLED = re.compile(r"[\s*_>(\[-]*([A-Z])[*_]*[)\].:][*_]*\s*(\S.*)", re.I)
_WORD = re.compile(r"\s+\w")
_REASON = re.compile(r"\s+(?:because|since|as|due)\b")
_ANOTHER = re.compile(  # "C and B", "C, B"; but neither "C, B is wrong" nor "C or a part of it"
    r"[\s*_)\].\"']*(?:and|or|&|/|(?P<comma>,))[\s*_(\[\"']*(?:option\s+)?"
    r"(?P<letter>[B-HJ-Z]|[AI](?!\s+\w))(?![\w'\u2019])(?(comma)(?!\s+\w))",
    re.I,
)


def letter_in(reply: str, options: Sequence[str]) -> str | None:
    """The letter of the option that a reply chooses.

    None if it chooses none, more than one, or one that does not exist.
    """
    valid = ascii_uppercase[: len(options)]
    for letters in (
        _last(_MARKED, reply),
        _in_box(reply, options),
        _last(_STATED, reply),
        {letter.upper() for letter in _CALLED.findall(reply)},
        _alone(reply),
        _last_line(reply, options),
    ):
        if letters:
            (letter, *others) = letters
            return letter if not others and letter in valid else None
    return None


def _last(pattern: re.Pattern[str], reply: str) -> set[str]:
    """The letter of the last match, and another one coordinated with it, as in "C and B"."""
    matches = [match for match in pattern.finditer(reply) if not _is_word(match)]
    if not matches:
        return set()
    another = _ANOTHER.match(matches[-1]["rest"])
    return {matches[-1]["letter"].upper()} | ({another["letter"].upper()} if another else set())


def _is_word(match: re.Match[str]) -> bool:
    """True if the letter is the article "a" or the pronoun "I": a word follows that is not "because" or the like."""
    if match["letter"] not in "aiAI" or not _WORD.match(match["rest"]):
        return False
    return not (match["letter"].isupper() and _REASON.match(match["rest"]))


def _in_box(reply: str, options: Sequence[str]) -> set[str]:
    """The letter or option in the last box; a box with anything else is part of the reasoning."""
    content = re.sub(r"\\[A-Za-z]+", " ", last_box(reply) or "").replace("{", " ").replace("}", " ")
    return _alone(content) or _last_line(content, options)


def _alone(reply: str) -> set[str]:
    """The letter of a reply that is a single letter, apart from markup and punctuation."""
    letters = re.findall(r"[^\W_]+", reply)
    if len(letters) == 2 and letters[0].lower() in ("option", "choice"):
        letters = letters[1:]
    return {letters[0].upper()} if len(letters) == 1 and re.fullmatch("[A-Za-z]", letters[0]) else set()


def _last_line(reply: str, options: Sequence[str]) -> set[str]:
    """The option whose text is the last line."""
    last = next((line for line in reversed(reply.split("\n")) if spelled(line)), "")
    texts = [spelled(option) for option in options]
    if labelled := _LABELLED.fullmatch(last):
        position = ascii_uppercase.find(labelled[1].upper())
        if 0 <= position < len(texts) and spelled(labelled[2]) == texts[position]:
            return {ascii_uppercase[position]}
    positions = [position for position, text in enumerate(texts) if text and text == spelled(last)]
    return {ascii_uppercase[positions[0]]} if len(positions) == 1 else set()
