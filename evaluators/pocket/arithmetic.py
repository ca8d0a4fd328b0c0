"""Addition and subtraction of two numbers of two or three digits; no result is negative."""

from random import Random

from .problem import Problem


def draw(rng: Random) -> Problem:
    """For example `compute 345 + 278`, answered by `623`. Half have two digits."""
    low, high = (10, 99) if rng.random() < 0.5 else (100, 999)
    return compute(rng.randint(low, high), rng.choice("+-"), rng.randint(low, high))


def compute(first: int, sign: str, second: int) -> Problem:
    """The sum of two numbers, or the larger minus the smaller."""
    if sign == "+":
        return Problem("arithmetic", "add", f"compute {first} + {second}", str(first + second))
    first, second = max(first, second), min(first, second)
    return Problem("arithmetic", "subtract", f"compute {first} - {second}", str(first - second))
