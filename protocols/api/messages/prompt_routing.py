"""The messages of api/prompt_routing: its prompt, and the result of its `prepare`."""

from ....agents import Message, Prompt


class Route(Prompt):
    """Asks the router for the number of the model that should answer.

    >>> Route(question="2 + 2?", models="1. amber: sums").render().splitlines()[-1]
    'Reply with the number of one model and nothing else.'
    """

    question: str
    models: str
    template = """\
You send each question to the model that answers it best.

Question:
{question}

Models:
{models}

Reply with the number of one model and nothing else."""


class Router(Message):
    """The result of `prepare`: the member that routes.

    >>> import asyncio
    >>> from symposia.agents import Ask, Team
    >>> from symposia.agents.models.scripted import Scripted
    >>> from symposia.protocols.api.prompt_routing import answer
    >>> models = {"judge": Scripted("2"), "amber": Scripted("5"), "blue": Scripted("4")}
    >>> team = Team(models).with_learned(Router(name="judge"))
    >>> asyncio.run(answer(team, Ask(text="2 + 2?"), descriptions={"amber": "words", "blue": "sums"})).text
    '4'
    """

    name: str
