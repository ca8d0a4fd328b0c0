"""Kinds of short answers, each with a function that parses and normalises an answer.

The result is a canonical form, in which equal answers are equal strings, or None for a text that is not an answer of
the kind.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from . import words
from .numbers import number_in, numbers_in
from .numbers import spelled as spelled_number
from .truth import truth_in

_LETTER: Final = re.compile(r"[\s*_\"'$({\[]*([A-Za-z])(?:[)\].:}*_,\"'$]|\s*$)")


def number(text: str) -> str | None:
    """A number, exact: `18.00`, `$18` and `18 dollars` are `18`; `1/2` is `0.5`."""
    found = number_in(text)
    return None if found is None else spelled_number(found)


def truth(text: str) -> str | None:
    """A truth value: `true` (also yes) or `false` (also no)."""
    found = truth_in(text)
    return None if found is None else str(found).lower()


def option(text: str) -> str | None:
    """An option's letter, with or without the option's text after it: `(D) kite` is `D`."""
    found = _LETTER.match(re.sub(r"\\[A-Za-z]+", " ", text))
    return found[1].upper() if found else None


def ordered(text: str) -> str | None:
    """A list of numbers, order relevant."""
    found = numbers_in(text)
    return None if found is None else ", ".join(map(spelled_number, found))


def unordered(text: str) -> str | None:
    """A list of numbers, order irrelevant."""
    found = numbers_in(text)
    return None if found is None else ", ".join(map(spelled_number, sorted(found)))


def plain(text: str) -> str | None:
    """Words, with case, accents, quotes, dashes, articles and punctuation around words normalised."""
    return words.spelled(text) or None


KINDS: Final[Mapping[str, Callable[[str], str | None]]] = {
    "number": number,
    "bool": truth,
    "option": option,
    "list": ordered,
    "set": unordered,
    "text": plain,
}

_WHOLE: Final[Mapping[str, re.Pattern[str]]] = {
    "number": re.compile(r"[-+]?[$€£¥]?[\d,]*\.?\d+%?"),
    "bool": re.compile(r"true|false|yes|no", re.IGNORECASE),
    "option": re.compile(r"\(?[A-Z]\)?"),
}


def kind_of(golds: Sequence[str]) -> str:
    """The narrowest kind that fits all gold answers of a data set: number, bool, option, else text."""
    for kind, written in _WHOLE.items():
        if golds and all(written.fullmatch(gold.strip()) and KINDS[kind](gold) for gold in golds):
            return kind
    return "text"
