"""The last step of many protocols: one member, the best on dev or one that is named, writes the answer from others'."""

from collections.abc import Iterable
from typing import Any

from .about import about
from .final import finish
from .message import Answer, Ask, Message, Prompt
from .objective import Objective, required
from .team import Team


class Aggregator(Message):
    """The result of `prepare`: the member that writes the last answer.

    >>> Aggregator(name="amber").name
    'amber'
    """

    name: str


class Aggregate(Prompt):
    """Asks a model for one answer, given those of several models, its own among them.

    >>> print(Aggregate(question="2 + 2?", answers=numbered(["4", "5"]), form="").render())
    2 + 2?
    <BLANKLINE>
    Several assistants answered. Any of them may be wrong:
    1. 4
    2. 5
    <BLANKLINE>
    Judge them, do not copy them, and give one complete answer of your own.
    """

    question: str
    answers: str
    form: str
    shows = "answers"
    template = """\
{question}

Several assistants answered. Any of them may be wrong:
{answers}

Judge them, do not copy them, and give one complete answer of your own.
{form}"""


async def with_aggregator(team: Team[Any], dev: Objective | None, name: str | None, *, where: str) -> Team[Any]:
    """The team with its aggregator: the member of this name, or the best on dev. Raises `BadScenario` without dev."""
    if name is not None:
        return team.with_learned(Aggregator(name=team.named(name)))
    reason = f"{where}: the best on dev writes the last answer, and the task has no dev split. Name one: aggregator."
    return team.with_learned(Aggregator(name=(await required(dev, reason).rank(team))[0]))


def aggregator(team: Team[Any]) -> str:
    """The member that writes the last answer; the first where none was chosen."""
    learned = team.learned_as(Aggregator)
    return team.names[0] if learned is None else learned.name


async def aggregated(team: Team[Any], question: Ask, answers: Iterable[Answer]) -> Answer:
    """The last answer to a question, from these answers."""
    said = numbered(answer.text for answer in answers)
    return await finish(team, aggregator(team), about(question, Aggregate, answers=said))


def numbered(texts: Iterable[str]) -> str:
    """Texts as a list, numbered from 1."""
    return "\n".join(f"{number}. {text}" for number, text in enumerate(texts, 1))


def bulleted(texts: Iterable[str]) -> str:
    """Texts as a list, a dash before each.

    >>> bulleted(["4", "5"])
    '- 4\\n- 5'
    """
    return "\n".join(f"- {text}" for text in texts)
