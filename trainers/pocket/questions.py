"""Training examples from plain questions: with the correct answer, a random one, or as a follow-up."""

from random import Random

from ...agents.turn import Turn
from ...evaluators.pocket import Problem, draw
from ...evaluators.pocket.choice import distractor
from ...evaluators.pocket.split import split_of
from .example import Example, asked


def problem(skill: str, rng: Random) -> Problem:
    """A random problem of the training split."""
    while True:
        drawn = draw(skill, rng)
        if split_of(drawn.question) == "train":
            return drawn


def other_answer(like: Problem, rng: Random) -> str:
    """The answer of another problem of the same kind: well-formed, and correct only by chance."""
    while True:
        drawn = draw(like.skill, rng)
        if drawn.kind == like.kind:
            return drawn.answer


def right(skill: str, rng: Random) -> Example:
    """A question with its correct answer."""
    drawn = problem(skill, rng)
    return asked(drawn.question, drawn.answer)


def shuffled(skill: str, rng: Random) -> Example:
    """A question with the answer of another one, which teaches the form of answers and low confidence."""
    drawn = problem(skill, rng)
    return asked(drawn.question, other_answer(drawn, rng))


def later(skill: str, before: str, rng: Random) -> Example:
    """A question after another one, of the skill `before`, with its answer."""
    first, drawn = problem(before, rng), problem(skill, rng)
    turns = (("user", first.question), ("assistant", first.answer), ("user", drawn.question))
    return Example(tuple(Turn(role=role, text=text) for role, text in turns), drawn.answer)  # type: ignore[arg-type]


def judged(skill: str, rng: Random) -> Example:
    """A question with its answer or, as often, a wrong one; for the reward model."""
    drawn = problem(skill, rng)
    if rng.random() < 0.5:
        return asked(drawn.question, drawn.answer)
    return asked(drawn.question, wrong(drawn, rng), right=False)


def wrong(drawn: Problem, rng: Random) -> str:
    """A wrong answer: half of them distractors made from the question, half the answer of another question."""
    while True:
        near = drawn.kind not in ("path", "steps") and rng.random() < 0.5
        if (said := distractor(drawn, rng) if near else other_answer(drawn, rng)) != drawn.answer:
            return said
