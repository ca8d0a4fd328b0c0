"""Attempts at a question, which an aggregator reads in a drawn order and makes one solution of."""

from collections.abc import Sequence
from random import Random
from typing import Final

from .about import about
from .message import Answer, Ask, Prompt

ORDER: Final = "order of the attempts"
"""What a team's seed of the order is for."""


class Synthesize(Prompt, tag="agg_lm.synthesize/1"):
    """Asks a model for a solution, given attempts at it.

    >>> Synthesize(question="2 + 2?", attempts="[Attempt 1]\\n4", form="").render().splitlines()[5]
    '[Attempt 1]'
    """

    question: str
    attempts: str
    form: str
    shows = "attempts"
    template = """\
{question}

Below are independent attempts to solve this. All, some or none of them may be right, and some may be incomplete.
Check them against each other, correct mistakes, fill gaps, and combine what holds.

{attempts}

Now give one complete solution.
{form}"""


def synthesis(question: Ask, said: Sequence[Answer], seed: int, *, drop_unfinished: bool = True) -> Synthesize:
    """The prompt that shows these attempts in an order drawn by the seed, without unfinished ones unless all are."""
    finished = [one for one in said if one.finish not in ("length", "unfinished") or not drop_unfinished]
    return about(question, Synthesize, attempts=shown(drawn(finished or said, seed)))


def drawn(said: Sequence[Answer], seed: int) -> list[Answer]:
    """Attempts in a random order."""
    return Random(seed).sample(list(said), len(said))


def shown(attempts: Sequence[Answer]) -> str:
    """Attempts as text, each under its number.

    >>> shown([Answer(text="4"), Answer(text="5")])
    '[Attempt 1]\\n4\\n\\n[Attempt 2]\\n5'
    """
    return "\n\n".join(f"[Attempt {number}]\n{one.text}" for number, one in enumerate(attempts, 1))
