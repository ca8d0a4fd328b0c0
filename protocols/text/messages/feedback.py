"""The prompts of text/feedback."""

from ....agents import Prompt


class Review(Prompt):
    """Asks a model what is wrong with an answer of another one.

    >>> print(Review(question="2 + 2?", answer="5").render().splitlines()[-1])
    Say what is right and what is wrong with it, and how it could be better. Do not answer the question yourself.
    """

    question: str
    answer: str
    template = """\
Question:
{question}

An assistant's answer:
{answer}

Say what is right and what is wrong with it, and how it could be better. Do not answer the question yourself."""


class Revise(Prompt):
    """Asks a model to answer again, given what others said of its answer.

    >>> Revise(question="2 + 2?", own="5", reviews="- It is 4.", form="").render().splitlines()[-1]
    'Answer again: heed what is right in the reviews, and nothing else.'
    """

    question: str
    own: str
    reviews: str
    form: str
    template = """\
{question}

Your last answer:
{own}
Reviews of it:
{reviews}

Answer again: heed what is right in the reviews, and nothing else.
{form}"""
