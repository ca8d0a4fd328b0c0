"""Parsers of verdicts in a judge's text: ratings, choices between two answers, and five-level preferences.

Each returns None for a text without a valid verdict, which is counted and never a score. The strict parsers take the
last verdict, since judges quote others before they give their own. Those named `*_first` and `*_v01` are the published
ones, defects included, for comparison with published numbers: FastChat's of MT-Bench takes the first number, in single
brackets too; the first release of Arena-Hard drops a judgment with two different labels, and labels in other spellings.
"""

import re
from typing import Final, Literal, TypeAlias

Preference: TypeAlias = Literal["A>>B", "A>B", "A=B", "B>A", "B>>A"]
Side: TypeAlias = Literal["A", "B", "tie"]

PREFERENCES: Final[dict[Preference, float]] = {"A>>B": 1.0, "A>B": 0.75, "A=B": 0.5, "B>A": 0.25, "B>>A": 0.0}
"""The five levels, and the value of each for the answer that is shown first: 1 is a clear win, 0.5 a tie."""

OTHER_SPELLINGS: Final[dict[str, Preference]] = {
    "A<B": "B>A",
    "A<<B": "B>>A",
    "B<A": "A>B",
    "B<<A": "A>>B",
    "B=A": "A=B",
}
LOWEST: Final = 1.0
HIGHEST: Final = 10.0

_NUMBER: Final = r"(-?\d+(?:\.\d+)?)"
_RATING: Final = re.compile(rf"\[\[\s*(?:rating:?\s*)?{_NUMBER}\s*(?:/\s*10)?\s*\]\]", re.IGNORECASE)
_FIRST: Final = (re.compile(r"\[\[(\d+\.?\d*)\]\]"), re.compile(r"\[(\d+\.?\d*)\]"))
_SIDE: Final = re.compile(r"\[\[\s*([ABC])\s*\]\]", re.IGNORECASE)
_LABEL: Final = re.compile(r"\[\[\s*([AB][<>=]{1,2}[AB])\s*\]\]")
_SINGLE: Final = re.compile(r"\[\s*([AB][<>=]{1,2}[AB])\s*\]")
_SIDES: Final[dict[str, Side]] = {"A": "A", "B": "B", "C": "tie"}


def rating(text: str) -> float | None:
    """The last rating in double brackets, if it is from 1 to 10.

    >>> rating("One might say [[5]], and I do not: [[8/10]]"), rating("[[15]]")
    (8.0, None)
    """
    found = _RATING.findall(text)
    value = float(found[-1]) if found else None
    return value if value is not None and LOWEST <= value <= HIGHEST else None


def rating_first(text: str) -> float | None:
    """The first number in double brackets, else the first in single ones, in any range, as FastChat reads it.

    >>> rating_first("As [1] says, [[5]] or rather [[9]]"), rating_first("[1] says it is a 7"), rating_first("[[8/10]]")
    (5.0, 1.0, None)
    """
    found = next((match for pattern in _FIRST if (match := pattern.search(text))), None)
    return float(found.group(1)) if found else None


def side(text: str) -> Side | None:
    """The last choice in double brackets: A, B, or C for a tie.

    >>> side("[[A]] is what one would say. [[b]]"), side("[[C]]"), side("A")
    ('B', 'tie', None)
    """
    found = _SIDE.findall(text)
    return _SIDES[found[-1].upper()] if found else None


def side_first(text: str) -> Side | None:
    """A wherever [[A]] occurs, else B, else a tie, as FastChat reads it.

    >>> side_first("Not [[A]] but [[B]]")
    'A'
    """
    return next((name for letter, name in _SIDES.items() if f"[[{letter}]]" in text), None)


def preference(text: str) -> Preference | None:
    """The last of the five labels in double brackets, else in single ones; other spellings mean what they say.

    >>> preference("[[A>B]], no: [[b>>a]]"), preference("My verdict is [A<B]"), preference("[[A>A]]")
    ('B>>A', 'B>A', None)
    """
    upper = text.upper()
    found = _LABEL.findall(upper) or _SINGLE.findall(upper)
    return meant(found[-1]) if found else None


def preference_v01(text: str) -> Preference | None:
    """The label, unless there are two different ones or it has another spelling: as Arena-Hard's first release reads.

    >>> preference_v01("[[A>B]] and again [[A>B]]"), preference_v01("[[A>B]], no: [[B>A]]"), preference_v01("[[A<B]]")
    ('A>B', None, None)
    """
    found = set(re.findall(r"\[\[([AB<>=]+)\]\]", text))
    only = found.pop() if len(found) == 1 else ""
    return next((label for label in PREFERENCES if label == only), None)


def meant(label: str) -> Preference | None:
    """The one of the five labels that a label means; None for one that compares an answer with itself."""
    return next((one for one in PREFERENCES if one == label), OTHER_SPELLINGS.get(label))
