"""Looking up a value, or the key of a value, in a table of two to six letters with a digit each."""

from random import Random
from string import ascii_lowercase

from .problem import Problem

Table = dict[str, int]


def table(rng: Random, fewest: int = 2) -> Table:
    """Letters with distinct digits."""
    rows = rng.randint(fewest, 6)
    return dict(zip(rng.sample(ascii_lowercase, rows), rng.sample(range(10), rows), strict=True))


def rows(of: Table) -> str:
    """A table as text."""
    return " ".join(f"{key} = {value}" for key, value in of.items())


def draw(rng: Random) -> Problem:
    """For example `table k = 7 m = 3 : m`, answered by `3`, or `... : key of 3`, answered by `m`."""
    of = table(rng)
    key = rng.choice(list(of))
    return value_of(of, key) if rng.random() < 0.5 else key_of(of, of[key])


def value_of(of: Table, key: str) -> Problem:
    """The question for the value of a key."""
    return Problem("lookup", "value", f"table {rows(of)} : {key}", str(of[key]))


def key_of(of: Table, value: int) -> Problem:
    """The question for the key of a value."""
    (key,) = (key for key, other in of.items() if other == value)
    return Problem("lookup", "key", f"table {rows(of)} : key of {value}", key)
