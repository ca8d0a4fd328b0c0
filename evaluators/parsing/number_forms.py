r"""One spelling for the many of numbers: LaTeX, typography, powers of ten, words.

`\frac{1}{2}`, `1½`   `1/2`, `1 1/2`        `3 \times 10^2`, `3 x 10²`   `3e2`
`minus 3`, `- 3`   `-3`                     `eighteen`, `two and a half`   `18`, `2 1/2`
"""

import re
from typing import Final
from unicodedata import normalize

from .characters import folded
from .number_words import in_digits

_MINUSES: Final = dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\ufe63", "-")
_APOSTROPHES: Final = {"\u2019": "'"}
_ONE_SIGN: Final = str.maketrans(_MINUSES | _APOSTROPHES | {"\u22c5": "·", "\u2715": "×", "\u2a2f": "×"})  # noqa: RUF001
_VULGAR: Final = re.compile(r"(\d?)\s?([\u00bc-\u00be\u2150-\u215e])")
_RAISED: Final = re.compile(r"[\u2070\u00b9\u00b2\u00b3\u2074-\u2079\u207a\u207b]+")
_FRACTION: Final = re.compile(r"(\d?)\s?\\[dtc]?frac\s*(?:\{([^{}]*)\}|(\d))\s*(?:\{([^{}]*)\}|(\d))")
_WRAPPER: Final = re.compile(r"\\(?:text|textbf|textrm|textit|mathbf|mathrm|mathit|mbox|operatorname)\s*\{([^{}]*)\}")
_POWER: Final = r"10\s*(?:\^|\*\*)\s*\{?\s*\(?([+-]?\d{1,3})(?!\d)\)?\s*\}?"
_POWER_OF_TEN: Final = re.compile(rf"(?<=[\d.])\s*(?:×|\\cdot|·|\*|[xX])\s*{_POWER}")  # noqa: RUF001
_BARE_POWER: Final = re.compile(rf"(?<![\w.^*×·]){_POWER}")  # noqa: RUF001
_NOISE: Final = re.compile(
    r"\^\s*\{?\s*\\circ\s*\}?|°|\\[,;:!% ()\[\]]|\\(?:left|right|degree|circ)\b|[{}`]|\*\*"
    r"|(?<!\d)_|_(?!\d)|(?<=\d)_(?=\d{3}(?!\d))"  # but not in 101_2
)
_NEGATED: Final = re.compile(r"\b(?:minus|negative)\s+(?=[$€£¥₹]?\s?[\d.])", re.IGNORECASE)
_SIGN_APART: Final = re.compile(r"^\s*-\s+(?=[$€£¥₹]?\s?[\d.])")
_AND_A_HALF: Final = re.compile(r"(?<=\d)\s+and\s+(?:a|one)[\s-]half\b", re.IGNORECASE)


def on_one_line(text: str) -> str:
    """The text with its numbers in plain ASCII, without LaTeX and markup around them."""
    text = " ".join(folded(text).split()).translate(_ONE_SIGN).replace("\\$", "$").replace("\\times", "×")  # noqa: RUF001
    text = _VULGAR.sub(_vulgar, text)
    text = _RAISED.sub(lambda raised: f"^{normalize('NFKC', raised[0]).translate(_ONE_SIGN)}", text)
    text = _FRACTION.sub(_fraction, text)
    text = _WRAPPER.sub(r" \1 ", text)
    text = _BARE_POWER.sub(r"1e\1", _POWER_OF_TEN.sub(r"e\1", text))
    text = _NOISE.sub("", text).strip()
    return _AND_A_HALF.sub(" 1/2", _NEGATED.sub("-", in_digits(_SIGN_APART.sub("-", text))))


def _vulgar(found: re.Match[str]) -> str:
    """`1½` as `1 1/2`."""
    fraction = normalize("NFKC", found[2]).replace("\u2044", "/")
    return f"{found[1]} {fraction}" if found[1] else fraction


def _fraction(found: re.Match[str]) -> str:
    r"""`1\frac{2}{3}` as `1 2/3`, `-\frac12` as `-1/2`."""
    before, top, bottom = found[1], found[2] or found[3], found[4] or found[5]
    return f"{before} {top}/{bottom} " if before else f"{top}/{bottom} "
