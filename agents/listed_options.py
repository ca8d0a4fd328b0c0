"""The options that a multiple-choice question lists, and log-probabilities of them."""

import re
from math import exp, fsum, log
from typing import Final

from .labels import rotations

_OPTION: Final = re.compile(r"^([A-Z])[).] (?=\S)", re.MULTILINE)
LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def listed_options(question: str) -> tuple[str, list[str]]:
    """A question without its options, and their texts: the last list that is lettered from A.

    >>> listed_options("Is A. B. C. true?\\nA) yes,\\n   it is\\nB) no")
    ('Is A. B. C. true?', ['yes,\\n   it is', 'no'])
    """
    marks = list(_OPTION.finditer(question))
    first = max((at for at, mark in enumerate(marks) if mark[1] == "A"), default=len(marks))
    found = marks[first:]
    if "".join(mark[1] for mark in found) != LETTERS[: len(found)] or not found:
        return question, []
    ends = [mark.start() for mark in found[1:]] + [len(question)]
    texts = [question[mark.end() : end].strip() for mark, end in zip(found, ends, strict=True)]
    return question[: found[0].start()].rstrip(), texts


def listings(question: str, orders: int) -> list[tuple[list[int], str]]:
    """A question with its options in so many rotated orders, as it is first: the options' places, and the text.

    >>> listings("Which?\\nA) no\\nB) yes", 2)[1]
    ([1, 0], 'Which?\\nA) yes\\nB) no')
    """
    bare, listed = listed_options(question)
    found = []
    for turned in rotations(range(len(listed)), min(orders, len(listed))):
        lines = [f"{LETTERS[at]}) {listed[option]}" for at, option in enumerate(turned)]
        found.append((turned, "\n".join([bare, *lines]) if turned[0] else question))
    return found


def shares(scores: list[float]) -> list[float]:
    """Log-probabilities within a list: they add up to one.

    >>> [round(one, 4) for one in shares([-1.0, -1.0])]
    [-0.6931, -0.6931]
    """
    top = max(scores)
    whole = top + log(fsum(exp(score - top) for score in scores))
    return [score - whole for score in scores]
