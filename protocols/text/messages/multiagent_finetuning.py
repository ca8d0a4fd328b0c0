"""The prompts of text/multiagent_finetuning."""

from ....agents import Prompt


class Digest(Prompt):
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


class Criticize(Prompt):
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
