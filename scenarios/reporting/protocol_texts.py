"""Reads a protocol's docstring: what it does, its pseudo-code and source, and what differs from the original."""

import re
from collections.abc import Iterator
from textwrap import dedent
from typing import Final, NamedTuple

DIFFERS: Final = re.compile(r"(?:^|(?<=[.;:)] ))(What differs\b.*|Unlike the paper\b.*)", flags=re.S)
"""From the sentence that begins to say what differs, to the end of its paragraph."""
LINK: Final = re.compile(r"(?<![<`])(https?://[^\s,;)\]]*[^\s,;)\].:])")


class Told(NamedTuple):
    """A docstring in parts: its first line, Markdown paragraphs, and those that say what differs.

    >>> Told("Debate: members answer again.", [], []).differs
    []
    """

    summary: str
    body: list[str]
    differs: list[str]


def told(docstring: str) -> Told:
    """The parts of a docstring.

    >>> told("Vote: the most wins.\\n\\n    a = LM(q)\\n\\nAfter Lee. What differs: ties are drawn.").differs
    ['What differs: ties are drawn.']
    """
    summary, _, rest = docstring.partition("\n")
    body: list[str] = []
    differs: list[str] = []
    for block in blocks(rest):
        if block.startswith("    "):
            body.append(f"```text\n{dedent(block)}\n```")
            continue
        joined = LINK.sub(r"<\1>", " ".join(line.strip() for line in block.splitlines()))
        found = DIFFERS.search(joined)
        if found is None:
            body.append(joined)
            continue
        differs.append(found[1])
        if before := joined[: found.start()].strip():
            body.append(before)
    return Told(summary, body, differs)


def blocks(text: str) -> Iterator[str]:
    """Paragraphs and pieces of pseudo-code; pieces that follow each other are one."""
    pending: list[str] = []
    for part in re.split(r"\n\s*\n", text.strip("\n")):
        if part.startswith("    "):
            pending.append(part)
            continue
        if pending:
            yield "\n\n".join(pending)
            pending = []
        yield part
    if pending:
        yield "\n\n".join(pending)
