"""The prompt of text/debate."""

from ....agents import Prompt


class Revise(Prompt):
    """Asks a model to answer again, given the others' answers.

    >>> Revise(question="2 + 2?", own="5", heard="- 4", form="").render().splitlines()[3:5]
    ['The others answered:', '- 4']
    """

    question: str
    own: str
    heard: str
    form: str
    shows = "heard"
    template = """\
{question}

Your answer was: {own}
The others answered:
{heard}

Answer again. Change your mind only for a reason you can state.
{form}"""
