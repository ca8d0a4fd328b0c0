"""Operations on three to six distinct letters."""

from random import Random
from string import ascii_lowercase

from .problem import Problem

OPERATIONS = ("reverse", "sort", "last of", "drop first of")


def draw(rng: Random) -> Problem:
    """For example `sort k c a`, answered by `a c k`."""
    return apply(rng.choice(OPERATIONS), rng.sample(ascii_lowercase, rng.randint(3, 6)))


def apply(operation: str, letters: list[str]) -> Problem:
    """The question that asks for one operation on these letters."""
    results = {
        "reverse": letters[::-1],
        "sort": sorted(letters),
        "last of": letters[-1:],
        "drop first of": letters[1:],
    }
    return Problem("strings", operation, f"{operation} {' '.join(letters)}", " ".join(results[operation]))
