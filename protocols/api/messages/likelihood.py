"""The prompts of api/likelihood."""

from ....agents import Prompt


class Letter(Prompt):
    """Asks for the letter of an option.

    >>> Letter(question="2 + 2?\\nA) 3\\nB) 4").render().splitlines()[-1]
    'Reply with the letter of the right option and nothing else.'
    """

    question: str
    template = "{question}\n\nReply with the letter of the right option and nothing else."


class Text(Prompt):
    """Asks for the answer to a question whose options are not shown.

    >>> Text(question="2 + 2?").render().splitlines()[-1]
    'Reply with the answer and nothing else.'
    """

    question: str
    template = "{question}\n\nReply with the answer and nothing else."
