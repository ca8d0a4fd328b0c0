"""The messages of text/agg_lm: its prompt, and the result of its `prepare`."""

from ....agents import Message, Prompt


class Synthesize(Prompt):
    """Asks a model for a solution, given attempts at it.

    >>> Synthesize(question="2 + 2?", attempts="[Attempt 1]\\n4", form="").render().splitlines()[5]
    '[Attempt 1]'
    """

    question: str
    attempts: str
    form: str
    shows = "attempts"
    template = """\
{question}

Below are independent attempts to solve this. All, some or none of them may be right, and some may be incomplete.
Check them against each other, correct mistakes, fill gaps, and combine what holds.

{attempts}

Now give one complete solution.
{form}"""


class Learned(Message):
    """The result of `prepare`: the aggregator, and whether a vote is taken instead; scores on dev where compared.

    >>> Learned(aggregator="amber").vote
    False
    """

    aggregator: str
    vote: bool = False
    scores: dict[str, float] | None = None
