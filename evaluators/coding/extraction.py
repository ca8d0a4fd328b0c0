"""The program in a reply.

Of the code blocks that are Python and define the function asked for, the longest counts; an example of its use, in a
block of its own, does not. What it uses and other blocks define comes before it. A reply without such a block is taken
as a whole, then as the longest run of its lines that defines the function, then as the function's body.
"""

import ast
import re
from collections.abc import Iterable, Sequence
from typing import Final

from .syntax import defined, defines, free, names_of, parsed

_BLOCK: Final = re.compile(
    r"^[ \t]*(`{3,}|~{3,})[ \t]*([^\n`]*)\n(.*?)(?:^[ \t]*\1[ \t]*$|\Z)", re.MULTILINE | re.DOTALL
)
_BEGINS: Final = re.compile(r"(?:def|class|import|from|async def|@|[A-Za-z_]\w* *=)")
_MOST: Final = 400
"""Runs of lines that are tried."""


def program_in(reply: str, entry: str, stub: str = "") -> str | None:
    """The program in a reply that defines `entry`; `stub` is code that a body may complete. None if there is none.

    >>> program_in("So:\\n```python\\ntwo = lambda: 2\\n```\\nFor example:\\n```\\nprint(two())\\n```", "two")
    'two = lambda: 2\\n'
    """
    blocks = [_dedented(block) for _, _, block in _BLOCK.findall(reply)]
    defining = [block for block in blocks if _defines(block, entry)]
    if defining:
        return _completed(max(defining, key=len), blocks)
    if not blocks and _defines(reply, entry):
        return reply
    return _longest_run(reply, entry) or _as_body([*blocks, reply], entry, stub)


def _defines(code: str, entry: str) -> bool:
    tree = parsed(code)
    return tree is not None and defines(tree, entry)


def _completed(chosen: str, blocks: Sequence[str]) -> str:
    """A block after those definitions of the others that it uses and does not make."""
    tree = parsed(chosen)
    assert tree is not None
    wanted, helpers = free(tree), list[str]()
    for other in reversed(blocks):
        found = parsed(other) if other is not chosen and wanted else None
        if found is not None and wanted & defined(found):
            helpers.insert(0, _definitions(found, other))
            wanted = (wanted | free(found)) - defined(found)
    return "\n".join([*helpers, chosen])


def _definitions(tree: ast.Module, code: str) -> str:
    """The statements of a module that define something; what else it does is an example."""
    return "\n".join(filter(None, (ast.get_source_segment(code, node) for node in tree.body if names_of(node))))


def _longest_run(reply: str, entry: str) -> str | None:
    """The longest run of whole lines, from one that may begin code, that is Python and defines the function."""
    lines = reply.splitlines()
    starts = [number for number, line in enumerate(lines) if _BEGINS.match(line)]
    tried = 0
    for start in starts:
        for end in _ends(lines, start):
            tried += 1
            if tried > _MOST:
                return None
            code = "\n".join(lines[start:end]) + "\n"
            if f"{entry}" in code and _defines(code, entry):
                return code
    return None


def _ends(lines: Sequence[str], start: int) -> Iterable[int]:
    """The ends of runs from a line, the longest first: before a line at the margin, or at the end."""
    for end in range(len(lines), start, -1):
        if end == len(lines) or (lines[end][:1].strip() and not lines[end].startswith(")")):
            yield end


def _as_body(texts: Iterable[str], entry: str, stub: str) -> str | None:
    """The stub of a function with the first text that is its body; text after the body is cut off."""
    for text in texts if stub else ():
        lines = text.strip("\n").splitlines()
        if not lines or not lines[0][:1].isspace():
            continue
        kept = [line for number, line in enumerate(lines) if not any(_at_margin(one) for one in lines[: number + 1])]
        code = f"{stub.rstrip()}\n" + "\n".join(kept) + "\n"
        if kept and _defines(code, entry):
            return code
    return None


def _at_margin(line: str) -> bool:
    return bool(line[:1].strip())


def _dedented(block: str) -> str:
    """A block without the indentation of its first line, where all lines have it, as in a list."""
    lines = block.splitlines(keepends=True)
    first = next((line for line in lines if line.strip()), "")
    margin = first[: len(first) - len(first.lstrip())]
    if not margin or not re.match(r"(?:def|class|import|from|@)\b", first.lstrip()):
        return block
    return "".join(line.removeprefix(margin) for line in lines)
