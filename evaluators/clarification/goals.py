"""Goals of the clarification game: an item, a colour and a size, of which the first message gives some.

goal      i3 c2 s1
opening   want i3 [c2] [s1]
"""

from collections.abc import Iterator
from itertools import product
from random import Random
from typing import Final, NamedTuple

from ...agents import Turn
from ..task import Item, Items

ITEMS: Final = tuple(f"i{number}" for number in range(8))
VALUES: Final = {
    "color": tuple(f"c{number}" for number in range(4)),
    "size": tuple(f"s{number}" for number in range(4)),
}
"""The slots that a user may leave out, with their values."""

SLOTS: Final = tuple(VALUES)
PATTERNS: Final = tuple(product((False, True), repeat=len(SLOTS)))
"""Whether each slot is given, in the order of the slots."""


class Wish(NamedTuple):
    """A goal, and the slots that the user's first message gives.

    >>> Wish("i3", {"color": "c2", "size": "s1"}, ("size",)).opening
    'want i3 s1'
    """

    item: str
    values: dict[str, str]
    given: tuple[str, ...]

    @property
    def goal(self) -> str:
        """All that the user wants: `i3 c2 s1`."""
        return " ".join((self.item, *self.values.values()))

    @property
    def opening(self) -> str:
        """The user's first message."""
        return " ".join(("want", self.item, *(self.values[slot] for slot in SLOTS if slot in self.given)))

    @property
    def missing(self) -> tuple[str, ...]:
        """The slots that the first message leaves out."""
        return tuple(slot for slot in SLOTS if slot not in self.given)


def wish(rng: Random, pattern: tuple[bool, ...] | None = None) -> Wish:
    """A random wish, whose slots are given as the pattern says or at random."""
    shown = pattern or PATTERNS[rng.randrange(len(PATTERNS))]
    values = {slot: rng.choice(VALUES[slot]) for slot in SLOTS}
    return Wish(rng.choice(ITEMS), values, tuple(slot for slot, there in zip(SLOTS, shown, strict=True) if there))


def wish_of(item: Item) -> Wish:
    """The wish behind an item of the game."""
    first, *values = str(item.gold).split()
    opening = item.history[0].text.split()
    of = dict(zip(SLOTS, values, strict=True))
    return Wish(first, of, tuple(slot for slot in SLOTS if of[slot] in opening))


def item_of(drawn: Wish) -> Item:
    """A wish as an item: the question is the goal, which only the user reads; the history is its first message.

    >>> item_of(Wish("i3", {"color": "c2", "size": "s1"}, ())).group
    '2 missing'
    """
    return Item(
        question=drawn.goal,
        form="",
        gold=drawn.goal,
        group=f"{len(drawn.missing)} missing",
        history=(Turn("user", drawn.opening),),
    )


def wishes(seed: int) -> Iterator[Wish]:
    """Random wishes without end."""
    rng = Random(seed)
    while True:
        yield wish(rng)


def balanced(count: int, seed: int) -> Items:
    """This many items of each of the four patterns."""
    rng = Random(seed)
    return Items(item_of(wish(rng, pattern)) for pattern in PATTERNS for _ in range(count))
