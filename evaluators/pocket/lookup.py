"""Looking a value up in a table with a row for each of six letters."""

from random import Random

from .problem import Problem

KEYS = "abcdef"
Table = dict[str, int]


def table(rng: Random) -> Table:
    """A number of two digits for every letter."""
    return {key: rng.randint(10, 99) for key in KEYS}


def rows(of: Table) -> str:
    """A table as text."""
    return " ".join(f"{key} = {value}" for key, value in of.items())


def draw(rng: Random) -> Problem:
    """For example `table a = 12 b = 30 c = 77 d = 45 e = 12 f = 90 : c`, answered by `77`."""
    return value_of(table(rng), rng.choice(KEYS))


def value_of(of: Table, key: str) -> Problem:
    """The question for the value of a key."""
    return Problem("lookup", "value", f"table {rows(of)} : {key}", str(of[key]))
