r"""Extraction of the final answer from a reply, by the first of these rules that finds one:

    marked    a box, an `<answer>` tag, an "answer" of JSON, a label (`Answer: ...`) or heading: the last of all
    stated    "The answer is ...", "The answer should be ...", "... is the correct answer": the last of all
    hashes    what follows `####`
    line      the last line; the first, where it is nothing but an answer and an explanation follows it

Courtesies at the end ("I hope this answer is helpful!") are not part of the reply.
"""

import re
from dataclasses import dataclass
from typing import Final

from .characters import folded, without_tags
from .chatter import without_chatter
from .marked import BEST, SUBJECT, stated_in
from .markup import trimmed

_EXPLAINED: Final = re.compile(
    r"[\s*_#>-]*(?:explanation|reasoning|rationale|justification|why\b|here['\u2019]?s\s+why|this\s+is\s+because|because)\b",
    re.I,
)
_SENTENCE: Final = re.compile(r"\b(?:is|are|was|were|has|have|had|let|let['\u2019]s|need|we|i)\b", re.I)
_WHOLE: Final = re.compile(r"[*_\"']*[A-Z]\S*(?:\s+\S+){3,}[.!?][*_\"']*")
_BARE: Final = re.compile(r"(?:\\\[|\\\]|\$\$|```\w*|[\s*_`#>-]+)?")
_TICK: Final = re.compile(
    r"^[\s*_#>-]*[\u2192\u21d2\u2705\u2714\u2611\u25b6\u2b50\U0001f3af\U0001f449\U0001f539\U0001f4a1\U0001f4cc]\s*"
)
_COPIED: Final = re.compile(rf"[\s*_>]*{BEST}?{SUBJECT}\W*<(?:your )?(?:answer|letter)>\W*", re.I)  # the form itself


@dataclass(frozen=True)
class Finals:
    """Candidates for the answer of a reply, best first: where it says so (`stated`), then lines; and its first line.

    >>> finals("The answer is 4.")
    Finals(stated=('4',), lines=('The answer is 4',), first='The answer is 4.')
    """

    stated: tuple[str, ...]
    lines: tuple[str, ...]
    first: str = ""


def final_answer(reply: str) -> str | None:
    """The final answer in a reply, without markup around it; None if there is none."""
    found = finals(reply)
    return next(iter((*found.stated, *found.lines)), None)


def finals(reply: str) -> Finals:
    """All that may be the final answer, best first, without markup around it."""
    lines = content_lines(reply)
    text = "\n".join(lines)
    return Finals(_trimmed_all(stated_in(text, lines)), _trimmed_all(_by_line(lines)), next(iter(lines), ""))


def content_lines(reply: str) -> list[str]:
    """The lines of a reply that hold more than markup, without courtesies at the end."""
    lines = [_TICK.sub("", line).strip() for line in without_tags(folded(reply)).split("\n")]
    return without_chatter([line for line in lines if not (_BARE.fullmatch(line) or _COPIED.fullmatch(line))])


def _by_line(lines: list[str]) -> tuple[str, ...]:
    """The last line, and a first line that is nothing but an answer: before the last, if that explains it."""
    explained = len(lines) > 1 and _EXPLAINED.match(lines[1]) and not _SENTENCE.search(lines[0])
    if not lines or not (explained or is_bare(lines[0])):
        return tuple(lines[-1:])
    first = explained or not is_bare(lines[-1])
    return tuple(dict.fromkeys((lines[0], lines[-1]) if first else (lines[-1], lines[0])))


def is_bare(line: str) -> bool:
    """True if a line is a few words that make no sentence, so that it can be nothing but an answer."""
    sentence = _SENTENCE.search(line) or _WHOLE.fullmatch(line)
    return len(line.split()) <= 6 and not sentence and not re.search(r"[:=]\s|:[*_]*$", line)


def _trimmed_all(found: tuple[str | None, ...]) -> tuple[str, ...]:
    return tuple(plain for one in found if one is not None and (plain := trimmed(one)))
