"""Addition and subtraction of two numbers of two or three digits; no result is negative."""

from random import Random

from .problem import Problem


def draw(rng: Random) -> Problem:
    """For example `compute 345 + 278`, answered by `623`. A quarter has two digits."""
    low, high = (10, 99) if rng.random() < 0.25 else (100, 999)
    first, second = rng.randint(low, high), rng.randint(low, high)
    if rng.random() < 0.5:
        return Problem("arithmetic", "add", f"compute {first} + {second}", str(first + second))
    first, second = max(first, second), min(first, second)
    return Problem("arithmetic", "subtract", f"compute {first} - {second}", str(first - second))
