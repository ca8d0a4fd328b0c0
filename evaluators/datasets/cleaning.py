"""Cleaning of data on loading: pure functions of one row's values.

Each repairs a defect that was measured in published files (arc_challenge keys its options 1 to 4 in some
rows, tablemwp has a fourth key `id`, blend lists the options in the question, too).
"""

import re
from collections.abc import Mapping, Sequence
from string import ascii_uppercase


def by_position(choices: Mapping[str, str], answer: str) -> tuple[list[str], str]:
    """The options in order, and the letter of the gold answer by position; `answer` is one of the keys of `choices`."""
    return list(choices.values()), ascii_uppercase[list(choices).index(answer)]


def without_options(question: str, options: Sequence[str]) -> str:
    """The question without a list of the same options, and a cue such as "Answer:", at its end."""
    listed = r"\s*".join(
        rf"\(?{letter}[.):]\s*{re.escape(option.strip())}"
        for letter, option in zip(ascii_uppercase, options, strict=False)
    )
    return re.sub(rf"\s*{listed}\s*(?:answer\s*:?\s*)?$", "", question, flags=re.IGNORECASE)


def rotated(options: Sequence[str], gold: str, shift: int) -> tuple[list[str], str]:
    """The options rotated by some positions, and the new letter of the gold answer: a test for position bias."""
    count = len(options)
    moved = [options[(position - shift) % count] for position in range(count)]
    return moved, ascii_uppercase[(ascii_uppercase.index(gold) + shift) % count]
