"""Characters folded before a reply is read: full-width forms, odd spaces, invisible ones."""

import re
from typing import Final

_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SPACES: Final = dict.fromkeys((0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")
_INVISIBLE: Final = dict.fromkeys((*range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF), None)
_WIDE_MARKS: Final = {0x3002: ".", 0x3001: ",", 0x3010: "[", 0x3011: "]", 0x27A1: "\u2192", 0xFE0F: None}
_FOLDED: Final = _FULL_WIDTH | _SPACES | _INVISIBLE | _WIDE_MARKS

_LINE_BREAK: Final = re.compile(r"</?(?:br|p|div|h[1-6]|li|ul|ol)\s*/?>", re.I)
_EMPHASIS: Final = re.compile(r"</?(?:b|i|u|em|strong|mark|code|center|font|span)(?:\s[^<>\n]{0,80})?>")
"""In small letters: `<B>` is an option."""


def folded(text: str) -> str:
    r"""The text with full-width forms as ASCII, spaces plain, lines ended by a line feed, and no invisible characters.

    >>> folded("Answer\uff1a\uff11\uff18")
    'Answer:18'
    """
    return text.replace("\r\n", "\n").translate(_FOLDED)


def without_tags(text: str) -> str:
    """The text without HTML's tags of emphasis and layout, a line feed for those that break lines.

    >>> without_tags("<b>Answer:</b> 4<br>since <i>x</i> < 5")
    'Answer: 4\\nsince x < 5'
    """
    plain = _LINE_BREAK.sub("\n", text)
    return _EMPHASIS.sub("", plain) if "</" in plain else plain
