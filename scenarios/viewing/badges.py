"""Badges: what went wrong, or may have, with a message or a question."""

from collections.abc import Mapping
from typing import Final, Literal, get_args

from ...agents.message import Finish
from .facts import Facts

Badge = Literal["unparsed", "abstained", "repeats", "error", "retry", "timeout", "cut", "gave_up_right", "wrong"]
BADGES: Final[tuple[Badge, ...]] = get_args(Badge)
"""All badges; a set of them is a number, in which badge n is bit n."""

SAYS: Final[Mapping[str, str]] = {
    "unparsed": "no answer was found in the reply",
    "abstained": "the text is empty, or its provider refused",
    "repeats": "the text ends in a loop, or says word for word what the agent said twice before",
    "error": "the call failed",
    "retry": "the call was made again after an error",
    "timeout": "it took longer than its deadline or budget of seconds",
    "cut": "it ended at its token limit",
    "gave_up_right": "the agent had the right answer before, and gave it up",
    "wrong": "the reported answer is wrong",
}

CUT: Final[frozenset[Finish]] = frozenset({"length", "unfinished"})
LONGEST: Final = 64
TAIL: Final = 400
TIMES: Final = 4
SAID_AGAIN: Final = 20
"""The characters from which a text that is said again is a repetition: short answers may stay the same."""


def bits(*names: Badge) -> int:
    """Badges as a number.

    >>> bits("unparsed", "repeats")
    5
    """
    return sum(1 << BADGES.index(name) for name in set(names))


def badges_of(facts: Facts, *, model_wrote: bool) -> int:
    """The badges that a message has by itself."""
    found: list[Badge] = []
    if facts.failure:
        found.append("error")
        if facts.failure == "DeadlineExceeded" or "timed out" in facts.text or "seconds is spent" in facts.text:
            found.append("timeout")
    if facts.retries:
        found.append("retry")
    if model_wrote and (not facts.text.strip() or facts.finish == "refused"):
        found.append("abstained")
    if facts.finish in CUT:
        found.append("cut")
    if model_wrote and loops(facts.text):
        found.append("repeats")
    return bits(*found)


def loops(text: str) -> bool:
    """True if a text ends with one unit, at most 64 characters long, four times or more, and 12 characters at least.

    >>> [loops(text) for text in ("so it is. " * 5, "The end.")]
    [True, False]
    """
    tail = text.rstrip()[-TAIL:]
    for size in range(1, min(LONGEST, len(tail) // TIMES) + 1):
        unit = tail[-size:]
        if unit.strip() and tail.endswith(unit * max(TIMES, -(-12 // size))):
            return True
    return False
