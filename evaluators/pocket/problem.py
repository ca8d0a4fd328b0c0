"""Problems of the pocket world: questions with their answers."""

from dataclasses import dataclass

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Step:
    """One step of a composition: a question of one skill and its answer.

    >>> Step("compute 12 + 7", "19").answer
    '19'
    """

    question: str
    answer: str


@dataclass(frozen=True)
class Problem:
    """A question and its only correct answer.

    `kind` is the kind of question within its skill; answers of one kind have the same form. `steps` are the steps of a
    composition, in order; empty for all other skills.

    >>> from symposia.evaluators.pocket.arithmetic import compute
    >>> compute(12, "+", 7)
    Problem(skill='arithmetic', kind='add', question='compute 12 + 7', answer='19', steps=())
    """

    skill: str
    kind: str
    question: str
    answer: str
    steps: tuple[Step, ...] = ()
