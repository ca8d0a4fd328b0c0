"""Tells a listener of a text that several models write, as it grows."""

from collections.abc import Sequence

from ..models.listening import Listener
from ..models.tokens import safe_length, split_reasoning


class Telling:
    """Calls a listener with the new text that can no longer become a stop string or reasoning.

    >>> heard = []
    >>> telling = Telling(heard.append)
    >>> telling.grown("fo", (), "")
    >>> telling.grown("four", (), "")
    >>> heard
    ['fo', 'ur']
    """

    def __init__(self, listen: Listener) -> None:
        self._listen = listen
        self._told = 0

    def grown(self, text: str, stops: Sequence[str], sure: str) -> None:
        """Tell what is new of the whole `text`; with stop strings no more than what a watch for them is `sure` of."""
        final = text[: safe_length(text, stops)]
        if stops:
            final = min(final, sure, key=len)
        said = split_reasoning(final, opened=False)[1] or ""
        if len(said) > self._told:
            self._listen(said[self._told :])
            self._told = len(said)
