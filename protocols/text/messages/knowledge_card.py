"""The prompts of text/knowledge_card."""

from ....agents import Prompt


class Write(Prompt):
    """Asks a model for knowledge.

    >>> Write(question="2 + 2?").render().splitlines()[0]
    'Write down what one has to know to answer this question. Do not answer it.'
    """

    question: str
    template = """\
Write down what one has to know to answer this question. Do not answer it.

{question}"""


class Use(Prompt):
    """Asks a model to answer with the knowledge of several.

    >>> Use(question="2 + 2?", cards="- Sums add up.", form="").render().splitlines()[2]
    'What several assistants know about it, some of which may be wrong:'
    """

    question: str
    cards: str
    form: str
    template = """\
{question}

What several assistants know about it, some of which may be wrong:
{cards}

Answer the question.
{form}"""
