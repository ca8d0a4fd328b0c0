"""Questions of several turns: the user's next message is asked when the one before is answered.

Each turn has a place of its own in the run, `test/3/turn-2`, with its own agents, seeds and budget. All answers are
graded, each as the answer to its own turn with the conversation so far as history.
"""

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean

from ..agents import Answer, Ask, Turn
from ..agents.accounting import Usage
from ..agents.continued import follow_up
from .grading import Grade
from .task import Item


def place_of(place: str, turn: int) -> str:
    """The place in the run of a turn, counted from 0."""
    return f"{place}/turn-{turn + 1}" if turn else place


def turn_of(item: Item, answers: Sequence[Answer]) -> Item:
    """The item of the turn that follows these answers."""
    if not item.further:
        return item
    users = (item.question, *item.further)
    said = [
        (Turn("user", asked), Turn("assistant", answer.text)) for asked, answer in zip(users, answers, strict=False)
    ]
    history = (*item.history, *(turn for pair in said for turn in pair))
    return replace(item, question=users[len(answers)], history=tuple(history), further=())


def asked(item: Item, answers: Sequence[Answer]) -> Ask:
    """The prompt of the turn that follows these answers."""
    if not answers:
        return item.ask()
    here = turn_of(item, answers)
    return follow_up(here.history, here.question, here.form)


def combined(grades: Sequence[Grade]) -> Grade:
    """The grade of a question from those of its turns: the mean of the scored ones, and parts by turn.

    The part `turn 2` is the score of the second turn. Unscored where no turn is scored.
    """
    if len(grades) == 1:
        return grades[0]
    parts: dict[str, float] = {}
    for number, grade in enumerate(grades, 1):
        parts |= {} if grade.score is None else {f"turn {number}": grade.score}
        parts |= {f"turn {number}, {name}": value for name, value in grade.parts.items()}
    said = "\n".join(f"turn {number}: {grade.verdict or grade.why}" for number, grade in enumerate(grades, 1))
    scores = [grade.score for grade in grades if grade.score is not None]
    if not scores:
        return Grade.unscored(str(grades[0].why), reason=grades[0].reason, verdict=said)
    return Grade(score=fmean(scores), parts=parts, verdict=said, parsed=grades[-1].parsed)


def total(usages: Sequence[Usage | None]) -> Usage | None:
    """The sum of usages; None where there are none."""
    known = [usage for usage in usages if usage is not None]
    return sum(known[1:], known[0]) if known else None
