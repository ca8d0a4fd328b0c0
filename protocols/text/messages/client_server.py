"""The prompts of text/client_server."""

from ....agents import Prompt


class Select(Prompt):
    """Asks the selector for the number of the server that is best suited.

    >>> Select(question="2 + 2?", candidates="1. amber: sums").render().splitlines()[6]
    '1. amber: sums'
    """

    question: str
    candidates: str
    template = """\
You choose who is best suited to answer a question.

Question:
{question}

Candidates:
{candidates}

Reply with the number of one candidate and nothing else."""


class Summarize(Prompt):
    """Asks the summarizer to condense several answers into guidance.

    >>> Summarize(question="2 + 2?", answers="- amber: 4").render().splitlines()[6]
    '- amber: 4'
    """

    question: str
    answers: str
    template = """\
Several assistants answered a question.

Question:
{question}

Answers:
{answers}

Condense them: keep what is right, drop what is repeated."""


class Guided(Prompt):
    """Asks a model to improve its answer by guidance.

    >>> Guided(question="2 + 2?", own="5", guidance="It is even.", form="").render().splitlines()[2:4]
    ['Your answer was: 5', 'Guidance from stronger models: It is even.']
    """

    question: str
    own: str
    guidance: str
    form: str
    template = """\
{question}

Your answer was: {own}
Guidance from stronger models: {guidance}

Give your improved answer.
{form}"""
