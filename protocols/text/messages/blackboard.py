"""The prompts of text/blackboard."""

from ....agents import Prompt


class Select(Prompt):
    """Asks a model what to do next.

    >>> Select(question="2 + 2?", board="(empty)", actions="plan, finish").render().splitlines()[-1]
    'What should be done next? Reply with one word of: plan, finish.'
    """

    question: str
    board: str
    actions: str
    template = """\
Question:
{question}

Shared board:
{board}

What should be done next? Reply with one word of: {actions}."""


class Act(Prompt):
    """Asks a model for an entry.

    >>> Act(question="2 + 2?", board="(empty)", task="Lay out a plan.", form="").render().splitlines()[-1]
    'Lay out a plan.'
    """

    question: str
    board: str
    task: str
    form: str
    template = """\
{question}

Shared board of several assistants, whose entries may be wrong:
{board}

{task}
{form}"""


class Vote(Prompt):
    """Asks a model which conclusion is right.

    >>> Vote(question="2 + 2?", board="(empty)", conclusions="1. 4").render().splitlines()[-1]
    'Which conclusion is right? Reply with its number and nothing else.'
    """

    question: str
    board: str
    conclusions: str
    template = """\
Question:
{question}

Shared board:
{board}

Conclusions:
{conclusions}

Which conclusion is right? Reply with its number and nothing else."""
