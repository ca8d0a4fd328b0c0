"""The messages of api/trained_router: its prompt, and the result of its `prepare`."""

from ....agents import Message, Prompt


class Route(Prompt):
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


class Fallback(Message):
    """The result of `prepare`: the member that answers where the router names none.

    >>> Fallback(name="amber").name
    'amber'
    """

    name: str
