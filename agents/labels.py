"""Labels in prompts and replies, for models that show no distributions over them."""

import re
from collections.abc import Sequence
from typing import Final, TypeVar

T = TypeVar("T")

_AROUND: Final = " \t\n.*_()\"'"


def named_labels(text: str, labels: Sequence[str]) -> tuple[int, ...]:
    """Indices of the labels that occur in a text as whole words, in the order of their first occurrence.

    "12" names neither "1" nor "2". Case does not matter ("Yes." names "yes") where labels differ by more; a single
    letter in the other case is a label only if the text is nothing else, since "a" is a word.
    """
    found = ((_place(text, label, labels), index) for index, label in enumerate(labels))
    return tuple(index for _, index in sorted((place, index) for place, index in found if place is not None))


def _place(text: str, label: str, labels: Sequence[str]) -> int | None:
    """The position at which a label first occurs in a text; None if it does not."""
    folds = sum(other.casefold() == label.casefold() for other in labels) == 1
    alone = len(label) > 1 or text.strip(_AROUND).casefold() == label.casefold()
    flags = re.IGNORECASE if folds and alone else 0
    found = re.search(rf"(?<!\w){re.escape(label)}(?!\w)", text, flags)
    return found.start() if found else None


def numbered(options: Sequence[tuple[str, str]]) -> str:
    """Options as a numbered list for a prompt: `1. name: description`."""
    return "\n".join(f"{i}. {name}: {text}" if text else f"{i}. {name}" for i, (name, text) in enumerate(options, 1))


def numerals(count: int) -> list[str]:
    """The labels of a numbered list, from 1.

    >>> numerals(3)
    ['1', '2', '3']
    """
    return [str(number) for number in range(1, count + 1)]


def rotations(items: Sequence[T], orders: int) -> list[list[T]]:
    """`orders` rotations of a list, spread evenly, the list itself first.

    >>> rotations("abcd", 2)
    [['a', 'b', 'c', 'd'], ['c', 'd', 'a', 'b']]
    """
    starts = [turn * len(items) // orders for turn in range(orders)]
    return [[*items[start:], *items[:start]] for start in starts]
