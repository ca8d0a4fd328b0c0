"""The prompt of api/switch_generation."""

from ....agents import Prompt


class WhoWrites(Prompt):
    """Asks the selector for the number of the model that should write the next patch.

    >>> prompt = WhoWrites(question="2 + 2?", written="<model 0>It is</model 0>", last=1)
    >>> prompt.render().splitlines()[6]
    '<model 0>It is</model 0>'
    """

    question: str
    written: str
    last: int
    template = """\
Several models write the answer to a question in turns.

Question:
{question}

The answer so far, by writer:
{written}

Which model, 0 to {last}, should write what comes next? Reply with its number and nothing else."""
