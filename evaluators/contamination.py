"""Contamination: questions of test that are in dev too, on which models and options are chosen."""

from collections.abc import Hashable, Iterable

from .task import Item


def overlap(dev: Iterable[Item], test: Iterable[Item]) -> list[Item]:
    """The test items whose question is also in dev, whatever its options, their order and its gold.

    >>> asked = [Item("2 + 2?", "", "4"), Item("3 + 3?", "", "6")]
    >>> [item.question for item in overlap(asked[:1], asked)]
    ['2 + 2?']
    """
    known = {_asked(item) for item in dev}
    return [item for item in test if _asked(item) in known]


def _asked(item: Item) -> Hashable:
    """The words and the images of a question: two with the same are one."""
    words = str(item.meta.get("question", item.question)).split()
    return " ".join(words), tuple(image.sha256 for image in item.images)
