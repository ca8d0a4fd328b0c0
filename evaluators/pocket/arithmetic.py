"""Addition and subtraction of two numbers of two or three digits; no result is negative."""

from random import Random

from .problem import Problem


def draw(rng: Random) -> Problem:
    """A random problem such as `compute 345 + 278`, with the answer `623`. Half of them have two-digit numbers."""
    low, high = (10, 99) if rng.random() < 0.5 else (100, 999)
    return compute(rng.randint(low, high), rng.choice("+-"), rng.randint(low, high))


def compute(first: int, sign: str, second: int) -> Problem:
    """The problem of a sum, or of the larger number minus the smaller."""
    if sign == "+":
        return Problem("arithmetic", "add", f"compute {first} + {second}", str(first + second))
    first, second = max(first, second), min(first, second)
    return Problem("arithmetic", "subtract", f"compute {first} - {second}", str(first - second))
