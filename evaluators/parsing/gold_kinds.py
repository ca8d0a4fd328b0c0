"""The kind of a gold answer, by how it is written, or by what the data says of it."""

import re
from collections.abc import Sequence
from typing import Final

from .dates import is_date
from .kinds import KINDS
from .lists import numbers_in

_NUMBER: Final = r"[-+\u2212]?[$€£¥]?(?:\d[\d,]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_ONE: Final = r"[-+\u2212]?[$€£¥]?(?:\d+\.?\d*|\.\d+)\s?\\?%?"
_WHOLE: Final = (
    ("bool", re.compile(r"true|false|yes|no|maybe", re.IGNORECASE)),
    ("option", re.compile(r"\(?[A-Z]\)?")),
    ("number", re.compile(rf"{_NUMBER}(?:\s?/\s?\d+)?\s?(?:\\?%|°)?|-?\\[dt]?frac\{{-?\d+\}}\{{\d+\}}|\d+\s+\d+/\d+")),
    ("interval", re.compile(r"[\[(][^\[\](){},;]+[,;][^\[\](){},;]+[\])]")),
    ("list", re.compile(rf"\[[^\[\]]*\]|\([^()]*,[^()]*\)|{_ONE}(?:\s?[,;]\s?{_ONE})+")),
    ("set", re.compile(r"\\?\{.*\\?\}")),
)
_LATEX: Final = re.compile(r"\\[A-Za-z]+|[\d)}A-Za-z]\s*\^|^\d+_\{?\d+\}?$")
_FORMULA: Final = re.compile(r"(?=.*[a-z(])(?:\d+(?:\.\d+)?|[a-z](?![A-Za-z])|\s|[-+*/()=])+")
_OPERATED: Final = re.compile(r"[\da-z)]\s*[-+*/=]\s*[\da-z(]|\d[a-z(]")
_DECLARED: Final = (
    (re.compile(r"\b(?:list|tuple|array)\b", re.IGNORECASE), "list"),
    (re.compile(r"\b(?:float|int|integer|number|numeric|decimal)\b", re.IGNORECASE), "number"),
    (re.compile(r"\b(?:bool|boolean|yes)\b", re.IGNORECASE), "bool"),
    (re.compile(r"\b(?:option|choice)\b", re.IGNORECASE), "option"),
    (re.compile(r"\b(?:latex|expression|formula)\b", re.IGNORECASE), "latex"),
    (re.compile(r"\b(?:str|string|text)\b", re.IGNORECASE), "text"),
)


def kind_of(golds: Sequence[str], declared: str | None = None) -> str:
    """The kind that a question's gold answers have in common, as declared if they are such, else as written; else text.

    >>> kind_of(["3/4"]), kind_of(["N/A"]), kind_of(["[1, 2)"]), kind_of(["1.5 m"], declared="float")
    ('number', 'text', 'interval', 'number')
    """
    for pattern, kind in _DECLARED:
        if declared and pattern.search(declared) and all(KINDS[kind].read(gold) for gold in golds):
            return kind
    kinds = {_written(gold.strip()) for gold in golds}
    return kinds.pop() if len(kinds) == 1 else "text"


def _written(gold: str) -> str:
    """The narrowest kind that one gold answer is written as; `\\$` and the space `\\!` of LaTeX are no formula."""
    gold = gold.replace("\\!", "").replace("\\$", "$")
    for kind, written in _WHOLE:
        if written.fullmatch(gold) and KINDS[kind].read(gold) and (kind != "interval" or not _is_pair(gold)):
            return kind
    if is_date(gold):
        return "date"
    formula = _LATEX.search(gold) or (_FORMULA.fullmatch(gold) and _OPERATED.search(gold))
    return "latex" if formula and KINDS["latex"].read(gold) else "text"


def _is_pair(gold: str) -> bool:
    """True if two numbers in brackets cannot be an interval, since the first is not less than the second."""
    numbers = numbers_in(gold)
    return numbers is not None and numbers[0] >= numbers[-1]
