"""The train, dev and test splits of problems.

A problem's split is a hash of its question, so that splits are disjoint.
"""

from collections.abc import Iterator
from hashlib import sha256
from random import Random

from .problem import Problem
from .world import draw

SPLITS = ("train", "dev", "test")


def split_of(question: str) -> str:
    """The split of a question, by its hash: about 80 % train, 10 % dev, 10 % test."""
    return {0: "dev", 1: "test"}.get(sha256(question.encode()).digest()[0] % 10, "train")


def problems(skill: str, split: str, seed: int = 0) -> Iterator[Problem]:
    """An endless stream of distinct problems, determined by the arguments."""
    rng = Random(f"{skill}/{split}/{seed}")
    seen: set[str] = set()
    while True:
        problem = draw(skill, rng)
        if split_of(problem.question) == split and problem.question not in seen:
            seen.add(problem.question)
            yield problem
