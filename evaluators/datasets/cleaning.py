"""What is mended in data when it is loaded: pure functions of one row's values.

Each is a defect that was measured in published files (arc_challenge keys its options 1 to 4 in some
rows, tablemwp has a fourth key `id`, blend lists the options in the question, too).
"""

import re
from collections.abc import Mapping, Sequence
from string import ascii_uppercase


def by_position(choices: Mapping[str, str], answer: str) -> tuple[list[str], str]:
    """The options in order, and the letter of the gold's position; the answer is a key, whatever the keys are."""
    return list(choices.values()), ascii_uppercase[list(choices).index(answer)]


def without_options(question: str, options: Sequence[str]) -> str:
    """The question without a list of the same options at its end, and without the cue after it."""
    listed = r"\s*".join(
        rf"\(?{letter}[.):]\s*{re.escape(option.strip())}"
        for letter, option in zip(ascii_uppercase, options, strict=False)
    )
    return re.sub(rf"\s*{listed}\s*(?:answer\s*:?\s*)?$", "", question, flags=re.IGNORECASE)


def rotated(options: Sequence[str], gold: str, places: int) -> tuple[list[str], str]:
    """The options moved along by some places, the gold with them: shows whether position matters."""
    count = len(options)
    moved = [options[(place - places) % count] for place in range(count)]
    return moved, ascii_uppercase[(ascii_uppercase.index(gold) + places) % count]
