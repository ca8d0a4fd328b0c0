"""Numbers in words: "eighteen", "twenty-one", "one hundred and five", "three million"."""

import re
from typing import Final

_SMALL: Final = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SIZES: Final = {word: size for size, word in enumerate(_SMALL)} | {word: 10 * i for i, word in enumerate(_TENS, 2)}
SCALES: Final = {
    "hundred": 100,
    "thousand": 10**3,
    "lakh": 10**5,
    "million": 10**6,
    "crore": 10**7,
    "billion": 10**9,
    "trillion": 10**12,
}
"""Scale words, and what each multiplies a number by."""

_WORD: Final = "|".join((*_SIZES, *SCALES))
_RUN: Final = re.compile(
    rf"(?P<lead>\W*(?:(?:about|approximately|around|roughly|exactly|only|just|minus|negative|a\s+total\s+of)\s+)*)"
    rf"(?P<run>(?:a\s+(?=hundred|thousand|million|billion))?(?:{_WORD})(?:(?:[\s-]+|,\s+|\s+and\s+)(?:{_WORD}))*)\b",
    re.IGNORECASE,
)
_NOT_COUNTED: Final = re.compile(
    r"\s+(?:of|that|who|which|where|whose|should|can|could|must|would|may|might|is|has|or|to|point|by|in|at|on|more)\b"
    r"|-\w",
    re.IGNORECASE,
)


def in_digits(text: str) -> str:
    """The text with a number in words at its start in digits; unchanged where there is no such number.

    >>> in_digits("minus twenty-one degrees"), in_digits("one of them")
    ('minus 21 degrees', 'one of them')
    """
    found = _RUN.match(text)
    if found is None or _NOT_COUNTED.match(text, found.end()):
        return text
    value = _value(re.findall(r"[a-z]+", found["run"].lower()))
    return text if value is None else f"{found['lead']}{value}{text[found.end() :]}"


def _value(words: list[str]) -> int | None:
    """The value of number words in order; None where they are several numbers, as in "two three"."""
    total, group, room, largest = 0, 0, 1000, 10**15
    for word in (word for word in words if word not in ("and", "a")):
        scale = SCALES.get(word, 1)
        if scale == 1:
            size = _SIZES[word]
            if room < (100 if size >= 10 else 10):
                return None
            group, room = group + size, 10 if size >= 20 else 1
        elif scale == 100:
            group, room = max(group, 1) * 100, 100
        elif scale >= largest:
            return None
        else:
            total, group, room, largest = total + max(group, 1) * scale, 0, 1000, scale
    return total + group
