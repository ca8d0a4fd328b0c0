"""The molecule that a reply gives as its answer."""

import re
from collections.abc import Iterator
from typing import Final

from ..parsing.final import content_lines, finals
from .molecules import molecule

FEWEST_ATOMS: Final = 3
"""Heavy atoms of a molecule that is no word of a sentence, as "I" and "CO" are."""

_QUOTED: Final = re.compile(r"`([^`\s]+)`")
_LABEL: Final = re.compile(r"^(?:the\s+)?(?:optimi[sz]ed\s+)?(?:molecule|smiles)\s*(?:is\b|[:=])\s*", re.I)
_AROUND: Final = "`*_\"'<>.,;:"


def smiles_in(reply: str) -> str | None:
    """The SMILES that a reply gives: what it says is its answer, a line of its own, in back-quotes, or the last one."""
    return next((one for one in _candidates(reply) if _is_drug(one)), None)


def moco_smiles_in(reply: str) -> str:
    """The SMILES as MoCo 1.1.2 reads it: the first line that is one, else in back-quotes, else the last token."""
    lines = [line.strip() for line in reply.strip().splitlines()]
    tokens = reply.split()
    quoted = _QUOTED.findall(reply)
    for one in [*lines, *quoted, *(token.strip("`.,;:\"'") for token in reversed(tokens))]:
        if molecule(one) is not None:
            return str(one)
    return tokens[0] if tokens else ""


def _candidates(reply: str) -> Iterator[str]:
    found = finals(reply)
    for text in (*found.stated, *found.lines):
        yield from _of(text)
    lines = content_lines(reply)
    yield from (one for line in reversed(lines) for one in _of(line))
    yield from reversed(_QUOTED.findall(reply))
    yield from (token.strip(_AROUND) for token in reversed(reply.split()))


def _of(text: str) -> Iterator[str]:
    """A text without a label of SMILES before it, as it is and without the marks around it."""
    bare = _LABEL.sub("", text.strip())
    yield from (bare, bare.strip(_AROUND), bare.rstrip("."))


def _is_drug(text: str) -> bool:
    found = molecule(text)
    return found is not None and found.GetNumHeavyAtoms() >= FEWEST_ATOMS
