"""Looking up a value in a table with an entry for each of six letters."""

from random import Random

from .problem import Problem

KEYS = "abcdef"
Table = dict[str, int]


def table(rng: Random) -> Table:
    """A random two-digit number for every letter."""
    return {key: rng.randint(10, 99) for key in KEYS}


def rows(of: Table) -> str:
    """A table as text."""
    return " ".join(f"{key} = {value}" for key, value in of.items())


def draw(rng: Random) -> Problem:
    """A random problem such as `table a = 12 b = 30 c = 77 d = 45 e = 12 f = 90 : c`, with the answer `77`."""
    return value_of(table(rng), rng.choice(KEYS))


def value_of(of: Table, key: str) -> Problem:
    """The problem of the value of a key."""
    return Problem("lookup", "value", f"table {rows(of)} : {key}", str(of[key]))
