"""A model with scripted answers: the one test double of the project."""

from collections.abc import Sequence

from ..accounting import Usage
from ..errors import ScriptRanOut
from ..message import Answer, Sampling, Turn
from .base import GREEDY


class Scripted:
    """Returns the lines of its script, one a call, and records the prompts.

    Usage counts whitespace-separated words as tokens.

    >>> import asyncio
    >>> model = Scripted("four", "five")
    >>> asyncio.run(model.write([Turn("user", "2 + 2?")])).text, model.prompts
    ('four', ['2 + 2?'])
    """

    def __init__(self, *script: str) -> None:
        self.script = script
        self.prompts: list[str] = []

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        """The next line of the script. Raises `ScriptRanOut` after the last one."""
        self.prompts.append(turns[-1].text)
        call = len(self.prompts)
        if call > len(self.script):
            raise ScriptRanOut(f"script: has {len(self.script)} lines, this is call {call}: {turns[-1].text!r}.")
        line = self.script[call - 1]
        words_in = sum(len(turn.text.split()) for turn in turns)
        return Answer(text=line, usage=Usage(prompt_tokens=words_in, completion_tokens=len(line.split()), calls=1))
