"""The pieces of a joint text: its tokens, and drafts of several."""

from typing import NamedTuple


class Token(NamedTuple):
    """A token of the text: its model, its id there, its log-probability in nats, and the text it completes.

    >>> Token("amber", 17, -0.25, " the").by
    'amber'
    """

    by: str
    id: int
    logprob: float
    text: str


class Draft(NamedTuple):
    """A proposed continuation by one model: (id, log-probability) pairs, their text, and whether it ends the text.

    >>> Draft("amber", ((17, -0.25), (4, -0.5)), " the end", ends=False).text
    ' the end'
    """

    by: str
    tokens: tuple[tuple[int, float], ...]
    text: str
    ends: bool
