"""The prompt of text/heterogeneous_swarms."""

from ....agents import Prompt


class Read(Prompt):
    """Asks a model to answer with what others said before it.

    >>> Read(question="2 + 2?", heard="From amber:\\n5", role="", form="").render().splitlines()[2:4]
    ['Others worked on this before you.', 'From amber:']
    """

    question: str
    heard: str
    role: str
    form: str
    shows = "heard"
    template = """\
{question}

Others worked on this before you.
{heard}

Build on what helps, and pass over what is wrong. {role}
{form}"""
