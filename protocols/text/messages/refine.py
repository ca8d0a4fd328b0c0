"""The prompt of text/refine."""

from ....agents import Prompt


class Refine(Prompt):
    """Asks a model to improve its answer, given the others'.

    >>> Refine(question="2 + 2?", own="5", heard="- 4", form="").render().splitlines()[2:4]
    ['You are one of several assistants who work on this together.', 'Your last answer:']
    """

    question: str
    own: str
    heard: str
    form: str
    shows = "heard"
    template = """\
{question}

You are one of several assistants who work on this together.
Your last answer:
{own}
The others' last answers:
{heard}

Take what is right in any of them, mend what is wrong, and give your refined answer.
{form}"""
