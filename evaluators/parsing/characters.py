"""Characters folded before a reply is read: full-width forms, odd spaces, invisible ones."""

from typing import Final

_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SPACES: Final = dict.fromkeys((0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")
_INVISIBLE: Final = dict.fromkeys((*range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF), None)
_WIDE_MARKS: Final = {0x3002: ".", 0x3001: ",", 0x3010: "[", 0x3011: "]"}
_FOLDED: Final = _FULL_WIDTH | _SPACES | _INVISIBLE | _WIDE_MARKS


def folded(text: str) -> str:
    r"""The text with full-width forms as ASCII, spaces plain, lines ended by a line feed, and no invisible characters.

    >>> folded("Answer\uff1a\uff11\uff18")
    'Answer:18'
    """
    return text.replace("\r\n", "\n").translate(_FOLDED)
