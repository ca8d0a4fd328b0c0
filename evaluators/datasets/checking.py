"""Checks of a data file, row by row: what is left out and why, what cannot be used, and what dev and test share."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...agents.errors import BadData, SymposiaError, UnknownName
from ..contamination import overlap
from ..task import Dropped, Items


@dataclass(frozen=True)
class Checked:
    """A checked split: its items, and the faults that make it unusable, a message each.

    `in_dev` counts its questions that are in dev too.

    >>> from symposia.evaluators.task import Item
    >>> Checked("test", Items([Item("1 + 1?", "", "2"), Item("1 + 2?", "", "3"), Item("2 + 0?", "", "2")])).majority
    0.6666666666666666
    """

    split: str
    items: Items
    faults: tuple[str, ...] = ()
    in_dev: int = 0

    @property
    def dropped(self) -> Sequence[Dropped]:
        """The rows that are left out, with their reasons."""
        return self.items.dropped

    @property
    def majority(self) -> float | None:
        """The share of the commonest gold among the items; None without items."""
        counted = Counter(repr(item.gold) for item in self.items)
        return max(counted.values()) / len(self.items) if self.items else None

    @property
    def groups(self) -> Counter[str]:
        """The number of items by group."""
        return Counter(item.group for item in self.items if item.group is not None)


def check(load: Callable[[str], Items]) -> list[Checked]:
    """The splits dev and test of a source that `load` reads, checked. Raises `BadData` if it has neither."""
    found: list[Checked] = []
    failures: list[SymposiaError] = []
    dev = Items([])
    for split in ("dev", "test"):
        try:
            items = load(split)
        except UnknownName as error:
            failures.append(error)
            continue
        except BadData as error:
            found.append(Checked(split, Items([]), getattr(error, "faults", (str(error),))))
            continue
        dev = items if split == "dev" else dev
        found.append(Checked(split, items, in_dev=len(overlap(dev, items)) if split == "test" else 0))
    if not found:
        raise failures[0]
    return found
