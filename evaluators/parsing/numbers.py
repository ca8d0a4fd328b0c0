r"""Parsing of numbers as people and models write them, into exact rationals.

Parses signs (also the typographic minus), thousands separators, decimals, exponents, fractions
(`1/2`, `\frac{1}{2}`), mixed numbers (`1 1/2`), currency before and units after. Nothing is rounded,
and a number inside a larger expression (`x - 1`, `5\sqrt{2}`, `10:30`) is not the answer.
"""

import re
from fractions import Fraction

_DECIMAL = r"(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,3}(?!\d))?"
_NUMBER = re.compile(
    rf"""
    (?<![\w.^/\\]) (?<!\d[,:])
    (?P<sign>[+-])? (?:[$€£¥]\s?)? (?P<inner>(?<=[$€£¥])[+-])?
    (?:(?P<whole>\d+)\s+(?=\d+/\d))?
    (?P<top>{_DECIMAL}) (?:\s?/\s?(?P<bottom>[+-]?{_DECIMAL}))?
    (?![\d^²³] | [./:,]\d | (?:[xyzniπ]|[eE][+-]?\d+|\s*\\[A-Za-z]+)(?![A-Za-z]))
    """,
    re.VERBOSE,
)
_OPERATOR_BEFORE = re.compile(r"[\w)]\s*[-+*/^×÷]\s*$")  # noqa: RUF001
_OPERATOR_AFTER = re.compile(r"\s*[-+*/^×÷]\s*[\w(\\]")  # noqa: RUF001
_LONGEST = 200  # characters: a longer number is not an answer, and exact arithmetic with it is slow

_FRACTION = re.compile(r"(\d?)\\[dtc]?frac\s*(?:\{([^{}]*)\}|(\d))\s*(?:\{([^{}]*)\}|(\d))")
_WRAPPER = re.compile(r"\\(?:text|textbf|textrm|mathbf|mathrm|mbox)\s*\{([^{}]*)\}")
_POWER_OF_TEN = re.compile(r"\s*(?:×|\\cdot|\*)\s*10\s*(?:\^|\*\*)\s*\{?\s*([+-]?\d{1,3})(?!\d)\s*\}?")  # noqa: RUF001
_NOISE = re.compile(r"\^\s*\{?\s*\\circ\s*\}?|°|\\[,;:!% ()\[\]]|\\(?:left|right)\b|[{}_`]|\*\*")


def number_in(text: str) -> Fraction | None:
    """The number in a short answer, of a chain of equations the last one; None for no or several numbers."""
    plain = _plain(text).rpartition("=")[2]
    found = list(_NUMBER.finditer(plain))
    if len(found) != 1 or len(found[0][0]) > _LONGEST:
        return None
    start, end = found[0].span()
    if _OPERATOR_BEFORE.search(plain[:start]) or _OPERATOR_AFTER.match(plain, end):
        return None
    return _value(found[0])


def numbers_in(text: str) -> list[Fraction] | None:
    """A list of numbers, with or without brackets around it; None where any part is not a number."""
    parts = re.split(r"[,;]|\band\b", _plain(text).rpartition("=")[2].strip(" ()[]<>"))
    numbers = [number for number in map(number_in, parts) if number is not None]
    return numbers if len(numbers) == len(parts) else None


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


def _plain(text: str) -> str:
    """The text without LaTeX and markup, fractions on one line, every minus a hyphen."""
    text = " ".join(text.split()).replace("−", "-").replace("–", "-").replace("\\$", "$").replace("\\times", "×")  # noqa: RUF001
    text = _FRACTION.sub(_on_one_line, text)
    text = _WRAPPER.sub(r" \1 ", text)
    text = _POWER_OF_TEN.sub(r"e\1", text)
    return _NOISE.sub("", text)


def _on_one_line(fraction: re.Match[str]) -> str:
    r"""`1\frac{2}{3}` as `1 2/3`, `-\frac12` as `-1/2`."""
    before, top, bottom = fraction[1], fraction[2] or fraction[3], fraction[4] or fraction[5]
    return f"{before} {top}/{bottom} " if before else f"{top}/{bottom} "


def _value(match: re.Match[str]) -> Fraction | None:
    top = Fraction(match["top"].replace(",", ""))
    bottom = Fraction((match["bottom"] or "1").replace(",", ""))
    if bottom == 0:
        return None
    value = int(match["whole"] or 0) + top / bottom
    return -value if "-" in (match["sign"] or "") + (match["inner"] or "") else value
