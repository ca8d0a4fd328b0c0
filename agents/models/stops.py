"""Stop strings in a growing text, control tokens included, which are no part of the text itself."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from .tokens import cut, safe_length

if TYPE_CHECKING:
    from tokenizers import AddedToken


class StopWatch:
    """A text as stop strings see it: each control token stands in it by its name.

    >>> watch = StopWatch(("<end>",))
    >>> watch.add("so", None), watch.add("so", "<end>")
    (False, True)
    >>> watch.before
    'so'
    """

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = stops
        self._seen = ""
        self._taken = 0
        self._names: list[tuple[int, int]] = []

    def add(self, text: str, name: str | None) -> bool:
        """Note the text so far, and the name of a control token after it; true if a stop string is there."""
        self._seen += text[self._taken :]
        self._taken = len(text)
        if name is not None:
            self._names.append((len(self._seen), len(self._seen) + len(name)))
            self._seen += name
        return cut(self._seen, self._stops) is not None

    @property
    def before(self) -> str | None:
        """The text before the first stop string, without control tokens; None if there is none."""
        text = cut(self._seen, self._stops)
        return None if text is None else self._plain(text)

    @property
    def sure(self) -> str:
        """The text that can no longer become a stop string, without control tokens."""
        return self._plain(self._seen[: safe_length(self._seen, self._stops)])

    def _plain(self, text: str) -> str:
        """The beginning of what was seen, without the names of control tokens."""
        for start, end in reversed(self._names):
            text = text[:start] + text[end:]
        return text


def named_in(stops: Sequence[str], added: "Mapping[int, AddedToken]") -> dict[int, str]:
    """The special tokens that stop strings name: text does not show them, so they are looked for by id."""
    special = ((number, one.content) for number, one in added.items() if one.special)
    return {number: word for number, word in special if any(word in stop for stop in stops)}
