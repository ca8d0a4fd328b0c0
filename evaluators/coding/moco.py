"""The reading of the MoCo reference, defects included: the last or first code block, and its first function."""

import re
from typing import Final

from ..parsing.profile import MOCO_1_1

_PYTHON: Final = re.compile(r"```(?:python)?\n(.*?)```", re.DOTALL)
_ANY: Final = re.compile(r"```(.*?)```", re.DOTALL)
_FUNCTION: Final = re.compile(r"def\s+(\w+)\s*\(")


def program_in(reply: str, profile: str) -> str | None:
    """The last code block, in `moco_1_1` the first; else one with any tag, its tag included; else the whole reply.

    >>> program_in("```python\\nx = 1\\n```", "moco_compat")
    'x = 1'
    """
    place = 0 if profile == MOCO_1_1 else -1
    for form in (_PYTHON, _ANY):
        if blocks := form.findall(reply):
            return str(blocks[place]).strip() or None
    return reply.strip() or None


def script(program: str, test: str) -> str:
    """The script that the reference runs: whatever makes it end with status 0 passes."""
    found = _FUNCTION.search(program)
    named = f"candidate = {found.group(1)}\n" if found else ""
    return f"{program}\n\n{named}{test}\n\ncheck(candidate)\n"
