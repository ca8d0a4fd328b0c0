"""The texts of a document: each kept once, in pages, so that a reader opens those it looks at alone."""

from collections.abc import Iterator
from typing import Final

from ..reporting.untrusted import plain

PAGE: Final = 200_000
"""The characters after which a page of texts ends."""


class Texts:
    """Texts by number, the same text under the same number, made safe to show.

    >>> texts = Texts()
    >>> texts.put("four"), texts.put("five"), texts.put("four"), texts.put("")
    (0, 1, 0, -1)
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def put(self, text: str | None) -> int:
        """The number of a text; -1 of none, or of an empty one."""
        return self._numbers.setdefault(plain(text), len(self._numbers)) if text else -1

    def listed(self) -> list[str]:
        """All texts, by number."""
        return list(self._numbers)

    def pages(self) -> Iterator[tuple[int, list[str]]]:
        """The pages: the number of the first text on each, and its texts."""
        first, page, size = 0, [], 0
        for number, text in enumerate(self._numbers):
            page.append(text)
            size += len(text)
            if size >= PAGE:
                yield first, page
                first, page, size = number + 1, [], 0
        if page:
            yield first, page
