"""The URL of a model that is asked by message: `peer:TOP/URL`."""

from dataclasses import dataclass
from typing import Self

from ..errors import BadModel

ALL = "all"


@dataclass(frozen=True)
class Shared:
    """A model's URL, and how many of its likeliest tokens are requested; None is all.

    >>> Shared.parse("16/pocket:graphs", name="peer:16/pocket:graphs")
    Shared(url='pocket:graphs', top=16)
    """

    url: str
    top: int | None

    @classmethod
    def parse(cls, text: str, *, name: str) -> Self:
        """Parse the part of a URL after `peer:`. Raises `BadModel`."""
        top, _, url = text.partition("/")
        if not url:
            raise BadModel(f"{name}: no model after {top}. Write peer:TOP/URL, as peer:16/pocket:graphs.")
        if top != ALL and not (top.isascii() and top.isdigit() and int(top)):
            raise BadModel(f"{name}: {top!r} is not a number of likeliest tokens. Use 1 or more, or all.")
        return cls(url, None if top == ALL else int(top))
