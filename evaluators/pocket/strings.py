"""Operations on three to five distinct letters."""

from random import Random

from .problem import LETTERS, Problem

OPERATIONS = ("reverse", "sort", "last of", "drop first of")


def draw(rng: Random) -> Problem:
    """A random problem such as `sort d c a`, with the answer `a c d`."""
    return apply(rng.choice(OPERATIONS), rng.sample(LETTERS, rng.randint(3, 5)))


def apply(operation: str, letters: list[str]) -> Problem:
    """The problem of one operation on these letters."""
    results = {
        "reverse": letters[::-1],
        "sort": sorted(letters),
        "last of": letters[-1:],
        "drop first of": letters[1:],
    }
    return Problem("strings", operation, f"{operation} {' '.join(letters)}", " ".join(results[operation]))
