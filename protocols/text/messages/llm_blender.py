"""The prompts of text/llm_blender."""

from ....agents import Prompt


class Compare(Prompt):
    """Asks a model which of two answers is better.

    >>> Compare(question="2 + 2?", first="5", second="4").render().splitlines()[-1]
    'Which candidate answers the question better? Reply with A or B and nothing else.'
    """

    question: str
    first: str
    second: str
    template = """\
Question:
{question}

Candidate A:
{first}

Candidate B:
{second}

Which candidate answers the question better? Reply with A or B and nothing else."""


class Fuse(Prompt):
    """Asks a model for one answer from the best candidates.

    >>> Fuse(question="2 + 2?", candidates="1. 4", form="").render().splitlines()[2]
    'Candidate answers, the one that was ranked best first:'
    """

    question: str
    candidates: str
    form: str
    shows = "candidates"
    template = """\
{question}

Candidate answers, the one that was ranked best first:
{candidates}

Write one answer that is accurate and concise: keep what is right in them, leave out what is wrong.
{form}"""
