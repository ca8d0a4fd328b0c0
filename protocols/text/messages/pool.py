"""The messages of text/pool: its prompt, and the result of its `prepare`."""

from ....agents import Message, Prompt


class Letter(Prompt):
    """Asks for the letter of an option.

    >>> Letter(question="2 + 2?\\nA) 3\\nB) 4").render().splitlines()[-1]
    'Reply with the letter of the right option and nothing else.'
    """

    question: str
    template = "{question}\n\nReply with the letter of the right option and nothing else."


class Weights(Message):
    """The weight of each member, in the team's order, fitted on dev.

    >>> Weights(values=(0.9, 0.2)).values
    (0.9, 0.2)
    """

    values: tuple[float, ...]
