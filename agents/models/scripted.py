"""A model with scripted answers: the one test double of the project."""

import json
from collections.abc import Sequence
from pathlib import Path

from ..accounting import Usage
from ..errors import BadData, ScriptRanOut
from ..message import Answer, Sampling
from ..turn import Turn
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

    def resume(self, calls: int) -> None:
        """Go on after this many calls, whose answers are known from an earlier run."""
        self.prompts = ["(answered by an earlier run)"] * calls

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        """The next line of the script. Raises `ScriptRanOut` after the last one."""
        self.prompts.append(turns[-1].text)
        call = len(self.prompts)
        if call > len(self.script):
            raise ScriptRanOut(f"script: has {len(self.script)} lines, this is call {call}: {turns[-1].text!r}.")
        line = self.script[call - 1]
        words_in = sum(len(turn.text.split()) for turn in turns)
        return Answer(text=line, usage=Usage(prompt_tokens=words_in, completion_tokens=len(line.split()), calls=1))


def script_of(name: str, path: Path) -> list[str]:
    """The lines of a script in a file; `name` begins errors. Raises `BadData`."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        script = [json.loads(line) for line in lines] if path.suffix == ".jsonl" else lines
    except OSError:
        raise BadData(f"{name}: there is no file {path}. Give a text file with one answer a line.") from None
    except ValueError as error:
        raise BadData(f"{name}: {path} cannot be read: {error}. Write one JSON string a line.") from None
    if not script or not all(isinstance(line, str) for line in script):
        raise BadData(f"{name}: {path} is not a script. Write one answer a line, in .jsonl one JSON string a line.")
    return script
