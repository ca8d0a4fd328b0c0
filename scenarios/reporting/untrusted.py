"""What models wrote, made safe to show: it may hold control characters, and markup that loads or hides something."""

import re
from typing import Final

CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SHOWN: Final = 100


def plain(text: str) -> str:
    """Text with control characters replaced, which could move a terminal's cursor or hide text."""
    return CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def excerpt(text: str) -> str:
    """The start of a text on one line, as code, in which Markdown and HTML mean nothing.

    >>> excerpt("![x](http://evil)\\n`y`")
    "`![x](http://evil) 'y'`"
    """
    line = plain(" ".join(text.split())).replace("`", "'")
    return f"`{line[:_SHOWN]}{'...' if len(line) > _SHOWN else ''}`" if line else "an empty one"
