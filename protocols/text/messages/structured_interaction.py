"""The prompt of text/structured_interaction."""

from ....agents import Prompt


class Update(Prompt):
    """Asks a model to update its answer, given its neighbours'.

    >>> Update(question="2 + 2?", own="5", heard="1. 4", form="").render().splitlines()[2:4]
    ['Your last answer:', '5']
    """

    question: str
    own: str
    heard: str
    form: str
    shows = "heard"
    template = """\
{question}

Your last answer:
{own}
Answers of others that reached you:
{heard}

Answer again, with what is right in them.
{form}"""
