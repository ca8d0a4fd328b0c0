"""Correct: a judge decides whether an answer means the same as the reference.

The judge chooses between yes and no: by their log-probabilities where it shows any, else by what it writes. One that
says neither leaves the answer unscored.
"""

from typing import Any

from ...agents import Answer, Prompt, Team
from ..grading import Grade, judge_named
from ..task import Item

LABELS = ("yes", "no")


class Correct(Prompt):
    """Does the answer mean the same as the reference?

    >>> print(Correct(question="2 + 2?", reference="4", answer="four").render())
    Question:
    2 + 2?
    <BLANKLINE>
    Right answer: 4
    Given answer: four
    <BLANKLINE>
    Is the given answer right? Reply with yes or no and nothing else.
    """

    question: str
    reference: str
    answer: str
    template = """\
Question:
{question}

Right answer: {reference}
Given answer: {answer}

Is the given answer right? Reply with yes or no and nothing else."""


async def grade(item: Item, answer: Answer, judges: Team[Any] | None, *, judge: str | None = None) -> Grade:
    """1 where the judge finds the answer right, 0 where it does not. The first judge is asked, unless one is named."""
    team, name = judge_named(judges, judge, where="correct")
    prompt = Correct(question=item.question, reference=str(item.gold), answer=answer.text)
    choice = await team.choose(name, prompt, LABELS)
    if not choice.ranking:
        return Grade.unscored(f"{name}: said neither yes nor no.", reason="invalid_verdict")
    verdict = LABELS[choice.ranking[0]]
    return Grade(score=float(verdict == "yes"), verdict=verdict)
