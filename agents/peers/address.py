"""The URL of a model that is asked by message: `peer:TOP/URL`."""

from dataclasses import dataclass
from typing import Self

from ..errors import BadModel

ALL = "all"


@dataclass(frozen=True)
class Shared:
    """A model by its URL, and how many of its likeliest tokens it is asked for; None is all."""

    url: str
    top: int | None

    @classmethod
    def parse(cls, text: str, *, name: str) -> Self:
        """Read what follows `peer:`. Raises `BadModel`."""
        top, _, url = text.partition("/")
        if not url:
            raise BadModel(f"{name}: no model after {top}. Write peer:TOP/URL, as peer:16/pocket:graphs.")
        if top != ALL and not (top.isascii() and top.isdigit() and int(top)):
            raise BadModel(f"{name}: {top!r} is no number of likeliest tokens. Use 1 or more, or all.")
        return cls(url, None if top == ALL else int(top))
