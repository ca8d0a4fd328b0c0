r"""Extraction of the final answer from a reply, by the first of these rules that finds one:

    marked    a box, an `<answer>` tag, an "answer" of JSON, a label (`Answer: ...`) or heading: the last of all
    stated    "The answer is ...", "The answer should be ...", "... is the correct answer": the last of all
    hashes    what follows `####`
    line      the last line; the first, where it is nothing but an answer and an explanation follows it

Courtesies at the end ("I hope this answer is helpful!") are not part of the reply.
"""

import json
import re
from dataclasses import dataclass
from typing import Final

from .boxed import last_box_at
from .characters import folded
from .chatter import without_chatter

_SUBJECT: Final = r"\b(?:answers?|ans|solutions?)\b"
_BEST: Final = r"(?:(?:final|correct|right|best|short|numeric(?:al)?)\s+)"
_TAG: Final = re.compile(r"<(?:final[_ ]?)?answer>[^\S\n]*\n?(?P<answer>[^<\n]+?)[^\S\n]*\n?(?:</|$)", re.I | re.M)
_JSON: Final = re.compile(
    r"[\"'](?:(?:final|correct)[_ ]?)?(?:answer|choice|option)[\"']\s*:\s*"
    r"(?:\"(?P<double>(?:[^\"\\\n]|\\.)*)\"|'(?P<single>[^'\n]*)'|(?P<bare>\[[^\]\n]*\]|[^\s,}\]\"']+))",
    re.I,
)
_LABEL: Final = re.compile(
    rf"{_SUBJECT}\.?(?:[^\S\n]*\([^()\n]{{1,40}}\))?[*_`]*(?:[^\S\n]*\b(?:is|are)\b)?[^\S\n]*[*_`]*"
    r"(?::|=(?!=)|(?<=\s)[-\u2013\u2014\u2192]+>?(?=\s[^\s\d$.]\S{0,19}$))"
    r"[*_`]*[^\S\n]*(?P<answer>.*)(?:\n(?P<below>.+))?",
    re.I | re.M,
)
_HEADING: Final = re.compile(rf"^[\s*_#>]*(?:(?:the|my)\s+)?{_BEST}?{_SUBJECT}[\s*_]*\n(?P<answer>.+)", re.I | re.M)
_COMMENT: Final = (
    r"(?!helpful|useful|clear|unclear|satisf|understand|as\s+follows|based|obtained|derived|found|given\s+by|calculated"
    r"|in\s+the|not\b|n['\u2019]t|the\s+following|what|below|above|still|already)"
)
_STATED: Final = re.compile(
    rf"(?<!\bthis )(?<!\bthat )(?<!\byour )(?:{_SUBJECT}|\b{_BEST}(?:option|choice|statement)\b)[*_\"']*"
    r"(?:\s+(?:to|for|of|in)\s[^.:\n]{1,80}?)?\s+(?:is|are|was|equals|(?:should|must|would|will|has\s+to|can\s+only)\s+be)\b"
    r"(?:\s+(?:thus|therefore|then|simply|just|clearly|definitely|probably|most\s+likely|likely|actually|indeed|exactly)\b,?)*"
    rf"[*_]*:?[^\S\n]*(?P<answer>{_COMMENT}\S.*)",
    re.I,
)
_INVERTED: Final = re.compile(
    r"(?:^|(?<=\w\w[.!?]\s))[*_#\s]*(?:-\s+(?![\d$.]))?(?:(?:so|thus|hence|therefore)\b,?\s*)?(?P<answer>\S[^\n]{0,300}?)\s+"
    r"(?:is|are|(?:should|must|would)\s+be)\s+(?:(?:thus|therefore|clearly)\s+)?(?:the|our|my)\s+"
    rf"{_BEST}*(?:answer|option|choice|solution)\b(?!\s*\?)",
    re.I | re.M,
)
_HASHES: Final = re.compile(r"####[^\S\n]*(\S.*)")
_EXPLAINED: Final = re.compile(
    r"[\s*_#>-]*(?:explanation|reasoning|rationale|justification|why\b|here['\u2019]?s\s+why|this\s+is\s+because|because)\b",
    re.I,
)
_SENTENCE: Final = re.compile(r"\b(?:is|are|was|were|has|have|had|let|let['\u2019]s|need|we|i)\b", re.I)
_WHOLE: Final = re.compile(r"[*_\"']*[A-Z]\S*(?:\s+\S+){3,}[.!?][*_\"']*")
_BARE: Final = re.compile(r"(?:\\\[|\\\]|\$\$|```\w*|[\s*_`#>-]+)?")
_COPIED: Final = re.compile(rf"[\s*_>]*{_BEST}?{_SUBJECT}\W*<(?:your )?(?:answer|letter)>\W*", re.I)  # the form itself
_AROUND: Final = " \t\r*_`"
_WRAPPED: Final = re.compile(r"\$\$?([^$]+)\$\$?|\\\((.+)\\\)|\\\[(.+)\\\]|<([^<]+)>", re.DOTALL)
_PLACEHOLDERS: Final = ("answer", "letter", "your answer")


@dataclass(frozen=True)
class Finals:
    """What may be the answer of a reply, best first: where it says so (`stated`), then lines; and its first line.

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
    stated = (_marked(text), _last(text, _STATED, _INVERTED), _hashes(text, lines))
    return Finals(_trimmed_all(stated), _trimmed_all(_by_line(lines)), next(iter(lines), ""))


def content_lines(reply: str) -> list[str]:
    """The lines of a reply that hold more than markup, without courtesies at the end."""
    lines = [line.strip() for line in folded(reply).split("\n")]
    return without_chatter([line for line in lines if not (_BARE.fullmatch(line) or _COPIED.fullmatch(line))])


def _marked(text: str) -> str | None:
    """The last answer that is marked as one: the one that begins last."""
    found = [match for pattern in (_TAG, _HEADING) for match in pattern.finditer(text)]
    marked = [(match.start(), match["answer"]) for match in found]
    marked += [(match.start(), _of_json(match)) for match in _JSON.finditer(text)]
    start = 0
    while label := _LABEL.search(text, start):
        on_line = label["answer"]
        marked.append((label.start(), on_line if on_line.strip(_AROUND) else label["below"] or ""))
        start = label.start("answer")
    if box := last_box_at(text):
        marked.append(box)
    return max((one for one in marked if _trimmed(one[1])), default=(0, None))[1]


def _of_json(match: re.Match[str]) -> str:
    """The value of an "answer" in JSON; as it stands where its escapes are not JSON's, as those of LaTeX are not."""
    try:
        return str(json.loads(f'"{match["double"]}"')) if match["double"] else _content(match)
    except json.JSONDecodeError:
        return match["double"]


def _content(match: re.Match[str]) -> str:
    """The group that took part in a match."""
    return next(text for text in match.groups() if text is not None)


def _last(text: str, *patterns: re.Pattern[str]) -> str | None:
    """What the last match of any of the patterns says; "!" at the end of a sentence is punctuation."""
    found = [(match.start("answer"), match["answer"]) for pattern in patterns for match in _overlapping(pattern, text)]
    return max(found)[1].rstrip("!* ") if found else None


def _overlapping(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    """All matches, the next one searched from where the answer of the one before begins."""
    found = []
    start = 0
    while match := pattern.search(text, start):
        found.append(match)
        start = match.start("answer") + 1
    return found


def _hashes(text: str, lines: list[str]) -> str | None:
    """What follows the last hashes, unless they head a section."""
    found = _HASHES.findall(text)
    return found[-1] if found and (found[-1][0] in "-$.0123456789" or lines[-1].endswith(found[-1])) else None


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
    return tuple(trimmed for one in found if one is not None and (trimmed := _trimmed(one)))


def _trimmed(answer: str) -> str | None:
    """The answer without markup, surrounding space and final full stop; None if nothing is left."""
    before = None
    trimmed = answer
    while trimmed != before:
        before = trimmed
        trimmed = trimmed.strip(_AROUND).rstrip(" .").strip(_AROUND)
        if wrapped := _WRAPPED.fullmatch(trimmed):
            trimmed = _content(wrapped)
            if trimmed.lower() in _PLACEHOLDERS:  # the form itself, copied
                return None
    return trimmed or None
