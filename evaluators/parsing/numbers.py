r"""Parsing of numbers as people and models write them, into exact rationals.

Parses signs, thousands separators (`1,800`, `1 800`), decimals, exponents, fractions, mixed numbers, scale words
(`$18 million`), currency before and units after; `number_forms.py` has the other spellings. Nothing is rounded, and a
number inside a larger expression (`x - 1`, `5\sqrt{2}`, `10:30`, `5!`, `> 5`) is not the answer.

Ambiguous, and so not an answer: several numbers, unless the first is the answer and the rest explains it; decimal
commas (`3,14`); dozens; fractions of words (`two thirds`); capital letters for a scale, without a currency (`18K`).
"""

import re
from fractions import Fraction
from math import prod
from typing import Final

from .number_forms import on_one_line
from .number_words import SCALES
from .prose import first_sentence

_DECIMAL: Final = (
    r"(?:(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?:[ ']\d{3})+(?![\d/])|\d+)(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,3}(?!\d))?"
)
_SHORT: Final = {"k": 10**3, "mn": 10**6, "bn": 10**9, "tn": 10**12}
_PRICED: Final = {"K": 10**3, "m": 10**6, "M": 10**6, "b": 10**9, "B": 10**9}
_NUMBER: Final = re.compile(
    rf"""
    (?<![\w.^/\\+-]) (?<!\d[,:])
    (?P<sign>[+-])? (?P<currency>[$€£¥₹]\s?)? (?P<inner>(?<=[$€£¥₹])[+-])?
    (?:(?P<whole>\d+)\s+(?=\d+/\d))?
    (?P<top>{_DECIMAL}) (?:\s?/\s?(?P<bottom>[+-]?{_DECIMAL}))?
    (?:[\s-]?(?P<scale>(?:{"|".join(SCALES)})(?:\s(?:{"|".join(SCALES)}))*|{"|".join(_SHORT)}|(?<=\d)[KMBmb])(?![\w^²³/]))?
    (?![\d^²³_] | [./:,]\d | \s?! | (?:[xyzniπ]|[eE][+-]?\d+|\s*\\(?!%|text)[A-Za-z]+)(?![A-Za-z]))
    """,
    re.VERBOSE,
)
_OPERATOR_BEFORE: Final = re.compile(r"[\w)]\s*[-+*/^×÷±·]\s*$|(?:[<>≤≥≠±]|\+/-|\\[lg]e?q?|\\neq?)\s*$")  # noqa: RUF001
_APPLIED: Final = re.compile(  # a function of the number, or a bound
    r"(?:\b(?:sqrt|log|ln|lg|sin|cos|tan|exp|abs|half\s+of|twice|(?:square|cube)(?:\s+root)?\s+of|root\s+of"
    r"|(?:less|more|fewer|greater|smaller|larger|other)\s+than|at\s+(?:least|most)|up\s+to|under|over|above|below)|[√∛])"
    r"\s*[(]?\s*[-$€£¥₹]?$",
    re.IGNORECASE,
)
_OPERATOR_AFTER: Final = re.compile(
    r"\s*[-+*/^×÷±·]\s*(?:[\d(\\$]|[A-Za-z]\b)|\s?[xyz]\b|\s+(?:pi|squared|cubed|factorial|\w+dths|\w+ndths)\b"  # noqa: RUF001
    r"|[\s-]+(?:dozens?|score|gross|hal(?:f|ves)|thirds?|quarters?|fourths?|fifths?|sixths?|eighths?|tenths?)\b"
    r"|\s+and\s+(?:a|one|two|three)\s+(?:third|quarter|fourth)s?\b"
)
_STRAY: Final = re.compile(r"(?<![\w^])\.?\d")  # a digit of another number, also of one that is not read
_COMMAND: Final = re.compile(r"\\(?!approx|therefore|implies|q?quad|text|boxed|degree|circ|euro|displaystyle)[A-Za-z]+")
_DENIED: Final = re.compile(r"\b(?:not|neither|nor|never|cannot)\b|n['\u2019]t\b", re.IGNORECASE)
_LONGEST: Final = 200  # characters: a longer number is not an answer, and exact arithmetic with it is slow

_LEAD: Final = re.compile(
    r"\W{0,3}(?:(?:about|approximately|around|roughly|exactly|only|just|a\s+total\s+of|[A-Z]{2,3}|Rs\.?|≈|~)\s*)*(?=[-+$€£¥₹.\d])"
)
_BREAK: Final = re.compile(
    r"\s*[(\[;—]|,\s+(?=[A-Za-z])|[.!?]\s|\s+[-–:]\s+(?=[A-Za-z])|,?\s+\b(?:because|since|as|so|which|that|where|when"  # noqa: RUF001
    r"|while|but|after|if|given|using|for|from|at)\b",
    re.IGNORECASE,
)
_UNITS: Final = re.compile(r"[^=<>]*", re.DOTALL)
_VERB: Final = re.compile(r"\b(?:is|are|was|were|has|have|had|times|plus|minus|and|or|to|of)\b", re.IGNORECASE)
_ANOTHER: Final = re.compile(r"[\W_]*(?:or|and|to|through|plus|minus|times)\b[^\d(]{0,20}[$€£]?\d", re.I)
_REPEATED: Final = re.compile(r"[\W_]*(?P<number>[$€£]?[\d.,]+)\W*$")


def number_in(text: str) -> Fraction | None:
    """The number in a short answer; None for no or several numbers.

    It stands first, with an explanation after it, or is the only one; of a chain of equations it is the last.
    """
    plain = on_one_line(text)
    found = _only_number(plain.rpartition("=")[2])
    first = _first_number(plain)
    return found if first is None else first


def has_digits(text: str) -> bool:
    """True if a text holds a number of any sort, in digits or in words."""
    return any(character.isdigit() for character in on_one_line(text))


def _first_number(plain: str) -> Fraction | None:
    """The number with which a text begins, if what follows its unit only explains it."""
    lead = _LEAD.match(plain)
    if lead is None or len(_NUMBER.findall(plain[:2000])) < 2:
        return None
    cut = _BREAK.search(first_sentence(plain), lead.end())
    head = first_sentence(plain)[: cut.start()] if cut else first_sentence(plain)
    number = _NUMBER.search(head)
    if number is None or _ANOTHER.match(plain, len(head)) or head == plain:
        return None
    unit = head[number.end() :]
    if "=" in unit or _VERB.search(unit) or len(unit.split()) > 4:
        return None
    value = _only_number(head)
    repeated = _REPEATED.match(plain, len(head))
    return value if repeated is None or _only_number(repeated["number"]) == value else None


def _only_number(plain: str) -> Fraction | None:
    """The only number in a text, which is no part of an expression."""
    found = list(_NUMBER.finditer(plain))
    if len(found) != 1 or len(found[0][0]) > _LONGEST:
        return None
    start, end = found[0].span()
    if _COMMAND.search(plain):
        return None
    before = plain[max(0, start - 200) : start]
    if _STRAY.search(plain[:start]) or _STRAY.search(plain, end):
        return None
    if (
        _OPERATOR_BEFORE.search(before)
        or _OPERATOR_AFTER.match(plain, end)
        or _APPLIED.search(before)
        or _DENIED.search(before)
    ):
        return None
    return _value(found[0])


def spelled(number: Fraction) -> str:
    """The canonical form of a number: a decimal where it terminates, else a fraction in lowest terms."""
    rest, twos, fives = number.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return str(number)
    places = max(twos, fives)
    digits = str(abs(number.numerator) * 10**places // number.denominator).rjust(places + 1, "0")
    shown = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"-{shown}" if number < 0 else shown


def _value(match: re.Match[str]) -> Fraction | None:
    """The value of a match; None for a division by zero, and for a scale that may be a unit (`18K`)."""
    top, bottom = (Fraction(re.sub("[, ']", "", match[name] or "1")) for name in ("top", "bottom"))
    scale = _scale(match["scale"], priced=bool(match["currency"]))
    if bottom == 0 or scale is None:
        return None
    value = (int(match["whole"] or 0) + top / bottom) * scale
    return -value if "-" in (match["sign"] or "") + (match["inner"] or "") else value


def _scale(word: str | None, *, priced: bool) -> int | None:
    """The factor of scale words; one letter is a scale after a currency, `m` else a unit, others are neither."""
    if word is None:
        return 1
    known = SCALES | _SHORT | (_PRICED if priced else {"m": 1})
    scales = [known.get(one) or known.get(one.lower() if len(one) > 1 else "", 0) for one in word.split()]
    return prod(scales) or None
