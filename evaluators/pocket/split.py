"""Which problems are for training, for development and for the test.

A problem's split is a hash of its question, so no two splits can share one, whatever was drawn.
"""

from collections.abc import Iterator
from hashlib import sha256
from random import Random

from .problem import Problem
from .world import draw

SPLITS = ("train", "dev", "test")


def split_of(question: str) -> str:
    """Eight tenths of all questions are for training, one for each other split."""
    return {0: "dev", 1: "test"}.get(sha256(question.encode()).digest()[0] % 10, "train")


def problems(skill: str, split: str, seed: int = 0) -> Iterator[Problem]:
    """Distinct problems without end, always the same ones for the same arguments."""
    rng = Random(f"{skill}/{split}/{seed}")
    seen: set[str] = set()
    while True:
        problem = draw(skill, rng)
        if split_of(problem.question) == split and problem.question not in seen:
            seen.add(problem.question)
            yield problem
