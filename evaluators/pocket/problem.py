"""One question of the pocket world with its answer."""

from dataclasses import dataclass

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Step:
    """A question of one skill on the way to the answer of a composition."""

    question: str
    answer: str


@dataclass(frozen=True)
class Problem:
    """A question and its only right answer.

    `kind` is the sort of question within its skill: answers of one kind look alike. `steps` are the
    questions of one skill each that a composition consists of, in order; empty for all other skills.
    """

    skill: str
    kind: str
    question: str
    answer: str
    steps: tuple[Step, ...] = ()
