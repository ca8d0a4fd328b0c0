r"""Parsing of lists of numbers and of intervals.

A comma with a space after it separates; one without separates as well, unless spaces separate elsewhere and it stands
before three digits (`[1,000, 2]`). Brackets of one sort around a list mean nothing; of two sorts they make an interval.
"""

import re
from fractions import Fraction
from typing import Final

from .number_forms import on_one_line
from .numbers import has_digits, number_in, spelled

_BRACKETS: Final = re.compile(r"\s*(?P<open>[(\[{<]*)(?P<inside>.*?)(?P<close>[)\]}>]*)\s*\.?\s*", re.DOTALL)
_GROUP: Final = re.compile(r"[(\[{<][^()\[\]{}<>]*[)\]}>]")
_PAIRS: Final = {"": "", "(": ")", "[": "]", "{": "}", "<": ">", "([": "])", "[(": ")]", "((": "))", "[[": "]]"}
_SPACED: Final = re.compile(r",?\s+and\s+|[;,]\s+|;|,(?!\d{3}(?!\d))", re.IGNORECASE)
_UNSPACED: Final = re.compile(r",?\s+and\s+|[,;]", re.IGNORECASE)
_PADDED: Final = re.compile(r"\s*0\d\d\s*")
_INFINITY: Final = re.compile(r"\s*(?P<sign>[+-]?)\s*(?:\\infty|\\infin|∞|infinity|inf|oo)\s*", re.IGNORECASE)
_BEFORE: Final = re.compile(r"^[^(\[{<]*?(?:=|\bin\b|∈|\\in\b)\s*(?=[(\[{<])")


def numbers_in(text: str) -> list[Fraction] | None:
    """A list of numbers, with or without brackets around it; None where any part is not a number."""
    opening, inside, closing = _bracketed(text)
    if _PAIRS.get(opening) != closing:
        return None
    numbers = [number for number in map(number_in, _parts(inside)) if number is not None]
    return numbers if len(numbers) == len(_parts(inside)) else None


def interval_in(text: str) -> str | None:
    """An interval with its brackets, `[1, 2)`; two numbers without brackets are `1, 2`. None for anything else."""
    opening, inside, closing = _bracketed(text)
    ends = [_end(part) for part in _parts(inside)]
    if len(ends) != 2 or None in ends or (opening, closing) not in _ENDS:
        return None
    return f"{opening}{ends[0]}, {ends[1]}{closing}"


_ENDS: Final = {(opening, closing) for opening in "([" for closing in ")]"} | {("", "")}


def holds_numbers(text: str) -> bool:
    """True if there is any number in a text, so that it may be a list or an interval."""
    return has_digits(text) or _INFINITY.search(text) is not None


def _bracketed(text: str) -> tuple[str, str, str]:
    """The brackets at the start, what is between, and those at the end; of `x = [1, 2]` those of the right side."""
    plain = text.replace("\\{", "(").replace("\\}", ")").replace("\\lbrace", "(").replace("\\rbrace", ")")
    plain = re.sub(r"\\(?:left|right|big|Big)\b", "", plain).strip(" $*`")
    groups = [group for group in _GROUP.findall(plain) if holds_numbers(group)]
    if len(groups) == 1 and not holds_numbers(plain.replace(groups[0], " ")):
        plain = groups[0]  # words around it explain it
    found = _BRACKETS.fullmatch(_BEFORE.sub("", plain).rpartition("=")[2].strip())
    assert found is not None  # every part of the pattern may be empty
    return found["open"], found["inside"], found["close"]


def _parts(inside: str) -> list[str]:
    """The elements; a part such as `000` shows that a comma was no separator: the whole is one element then."""
    spaced = re.search(r"[,;]\s", inside) is not None
    parts = (_SPACED if spaced else _UNSPACED).split(inside)
    return [inside] if any(map(_PADDED.fullmatch, parts)) else parts


def _end(part: str) -> str | None:
    """An end of an interval in canonical form."""
    if infinite := _INFINITY.fullmatch(on_one_line(part) if "\\" not in part else part):
        return f"{infinite['sign'].replace('+', '')}inf"
    number = number_in(part)
    return None if number is None else spelled(number)
