"""Kinds of short answers: each with the one reader of its answers, and the one rule by which two of them are equal.

A reader returns a canonical form, in which equal answers are equal strings as far as reading alone can tell.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from . import words
from .dates import date_in
from .formulas import equal as equal_formulas
from .formulas import formula_in
from .letters import letter_in
from .lists import holds_numbers, interval_in, numbers_in
from .numbers import has_digits, number_in
from .numbers import spelled as spelled_number
from .truth import truth_in


def number(text: str) -> str | None:
    """A number, exact: `18.00`, `$18` and `18 dollars` are `18`; `1/2` is `0.5`. Empty for one that is ambiguous."""
    found = number_in(text)
    return spelled_number(found) if found is not None else "" if has_digits(text) else None


def ordered(text: str) -> str | None:
    """A list of numbers, order relevant. Empty where a part is not a number."""
    found = numbers_in(text)
    return ", ".join(map(spelled_number, found)) if found is not None else "" if holds_numbers(text) else None


def unordered(text: str) -> str | None:
    """A list of numbers, order irrelevant. Empty where a part is not a number."""
    found = numbers_in(text)
    return ", ".join(map(spelled_number, sorted(found))) if found else "" if holds_numbers(text) else None


def interval(text: str) -> str | None:
    """An interval or a pair of numbers, with its brackets. Empty for other numbers."""
    found = interval_in(text)
    return found if found is not None else "" if holds_numbers(text) else None


def option(text: str) -> str | None:
    """An option's letter, with or without the option's text after it: `(D) kite` is `D`."""
    return letter_in(text)


def plain(text: str) -> str | None:
    """Words, with case, accents, quotes, dashes, articles and punctuation around words normalised."""
    return words.spelled(text) or None


def date(text: str) -> str | None:
    """A date, `2020-10-12`; one that is written in digits alone is ambiguous, unless the year is first."""
    return date_in(text)


def equal_numbers(gold: str, said: str, tolerance: float) -> bool:
    """True if numbers, or lists of as many, are equal but for a relative tolerance."""
    golds, found = gold.split(", "), said.split(", ")
    if gold == said or not tolerance or len(golds) != len(found):
        return gold == said
    return all(
        abs(Fraction(a) - Fraction(b)) <= Fraction(tolerance) * abs(Fraction(a))
        for a, b in zip(golds, found, strict=True)
    )


def equal_intervals(gold: str, said: str, tolerance: float) -> bool:
    """True if ends and brackets are equal; a pair may be written without brackets, a half-open interval may not."""
    closed = gold[0] + gold[-1] in ("()", "[]")
    return (
        gold == said or (closed and gold[1:-1] == said) or (said[0] + said[-1] in ("()", "[]") and said[1:-1] == gold)
    )


def equal_texts(gold: str, said: str, tolerance: float) -> bool:
    """True if the words are equal."""
    return gold == said


@dataclass(frozen=True)
class Kind:
    """How one kind of answer is read, and compared with the gold answer, which is read in the same way.

    >>> KINDS["number"].read("18 dollars"), KINDS["number"].equal("0.333", "1/3", 0.01)
    ('18', True)
    """

    read: Callable[[str], str | None]
    equal: Callable[[str, str, float], bool] = equal_texts


KINDS: Final[Mapping[str, Kind]] = {
    "number": Kind(number, equal_numbers),
    "bool": Kind(truth_in),
    "option": Kind(option),
    "list": Kind(ordered, equal_numbers),
    "set": Kind(unordered, equal_numbers),
    "interval": Kind(interval, equal_intervals),
    "latex": Kind(formula_in, lambda gold, said, _: equal_formulas(gold, said)),
    "date": Kind(date),
    "text": Kind(plain),
}
"""The kinds by name."""
