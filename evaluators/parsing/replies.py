"""The answer in a reply, by the kind of answer that a question has."""

from collections.abc import Sequence

from .final import Finals, finals
from .kinds import KINDS
from .letters import letter_in
from .truth import chosen_truth


def answer_in(reply: str, kind: str, options: Sequence[str] = ()) -> str | None:
    """The canonical form of a reply's answer of this kind; None if it holds none, or more than one.

    What the reply marks or states as its answer counts even if it is ambiguous: no other is looked for then.
    """
    if kind == "option":
        return letter_in(reply, options)
    found = finals(reply)
    if kind == "bool":
        return chosen_truth(found)
    return _first(found, kind)


def _first(found: Finals, kind: str) -> str | None:
    """The first that is an answer of the kind, of what is stated, then of the lines."""
    read = KINDS[kind].read
    for stated in found.stated:
        value = read(stated)
        if value is not None:
            return value or None
    return next((value for value in map(read, found.lines) if value), None)
