"""Critics: prompts that have a model refine an answer after a digest of what others said, and the debate of them."""

from collections.abc import Mapping
from typing import Any

from .about import about
from .message import Answer, Ask, Prompt
from .team import Team


class Digest(Prompt, tag="multiagent_finetuning.digest/1"):
    """Asks a model to sum up what several answered.

    >>> Digest(question="2 + 2?", answers="4\\n\\n5").render().splitlines()[-1]
    'Sum up in a few sentences which answers were given, and for what reasons. Do not judge them.'
    """

    question: str
    answers: str
    template = """\
Question:
{question}

Answers of several assistants:
{answers}

Sum up in a few sentences which answers were given, and for what reasons. Do not judge them."""


class Criticize(Prompt, tag="multiagent_finetuning.criticize/1"):
    """Asks a model to refine an answer, given a digest of others.

    >>> Criticize(question="2 + 2?", digest="4", own="5", form="").render().splitlines()[2]
    'Others answered:'
    """

    question: str
    digest: str
    own: str
    form: str
    template = """\
{question}

Others answered:
{digest}

Your answer so far:
{own}

Look for mistakes in all of them, and give a refined and correct answer.
{form}"""


def joined(said: Mapping[str, Answer]) -> dict[str, str]:
    """The digest of the others' answers for each, as they are.

    >>> joined({"a": Answer(text="4"), "b": Answer(text="5"), "c": Answer(text="6")})["b"]
    '4\\n\\n6'
    """
    return {name: "\n\n".join(one.text for other, one in said.items() if other != name) for name in said}


async def debated(team: Team[Any], question: Ask, critics: Mapping[str, str], rounds: int) -> list[dict[str, Answer]]:
    """The answers of each round, by generator: of the generators first, then of the critic of each of them."""
    said = [await team.ask_each(dict.fromkeys(critics, question))]
    for _ in range(rounds - 1):
        digests = joined(said[-1])
        prompts = {critics[n]: about(question, Criticize, digest=digests[n], own=a.text) for n, a in said[-1].items()}
        refined = await team.ask_each(prompts)
        said.append({name: refined[critics[name]] for name in critics})
    return said
