"""What a server is asked to read, and what it says of itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Reading(NamedTuple):
    """A text by its token ids, and the number of its last positions whose distributions are asked for.

    >>> Reading((5, 6, 7), 2).keep
    2
    """

    ids: Sequence[int]
    keep: int


@dataclass(frozen=True)
class Facts:
    """The facts that a server says and shows of itself.

    `context` is the context length in tokens, `most` the largest number of likeliest tokens that it lists, None for
    all; `by_id` whether it lists tokens by id. `remembered` are the log-probabilities of one row, which tell another
    model from this one.

    >>> Facts(name="base", context=1024).most is None
    True
    """

    name: str
    context: int
    most: int | None = None
    by_id: bool = True
    tokenizer_checked: bool = True
    remembered: tuple[tuple[int, float], ...] = ()
