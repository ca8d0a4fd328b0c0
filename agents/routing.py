"""Routers: a model reads a question and what the others are good at, and says which of them should answer."""

from collections.abc import Mapping, Sequence
from math import exp

from .about import about
from .labels import numbered
from .message import Ask, Choice, Prompt


class Route(Prompt, tag="trained_router.route/1"):
    """Asks the router which model should answer.

    >>> Route(question="2 + 2?", models="1. amber: sums").render().splitlines()[-1]
    'Reply with `Model` and its number, from 1 to the last, and nothing else.'
    """

    question: str
    models: str
    template = """\
You decide which of several models should answer a question.

Models:
{models}

Question:
{question}

Reply with `Model` and its number, from 1 to the last, and nothing else."""


def route(names: Sequence[str], question: Ask, descriptions: Mapping[str, str] | None = None) -> Route:
    """The prompt of the router for a question; it does not show the form of the answer.

    >>> route(["amber", "blue"], Ask(text="2 + 2?"), {"blue": "sums"}).models
    '1. amber\\n2. blue: sums'
    """
    models = numbered([(name, (descriptions or {}).get(name, "")) for name in names])
    return about(question, Route, models=models)


def labels(names: Sequence[str]) -> list[str]:
    """The replies that a router has: `Model 1` for the first member that answers."""
    return [f"Model {number}" for number in range(1, len(names) + 1)]


def picked(choice: Choice, threshold: float = 1.0) -> int | None:
    """The place of the first model with this share of the likeliest one's probability; None where none is named.

    >>> picked(Choice(labels=("Model 1", "Model 2"), logprobs=(-1.2, -0.4)))
    1
    >>> picked(Choice(labels=("Model 1", "Model 2"), logprobs=(-1.2, -0.4)), 0.4)
    0
    """
    if choice.logprobs:
        least = threshold * exp(max(choice.logprobs))
        return next(at for at, one in enumerate(choice.logprobs) if exp(one) >= least)
    return choice.named[0] if choice.named else None
