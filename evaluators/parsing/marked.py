r"""Where a reply says that something is its answer: marked as one, stated in a sentence, or after hashes."""

import json
import re
from typing import Final

from .boxed import last_box_at
from .languages import FOREIGN_LABEL
from .markup import AROUND, trimmed

SUBJECT: Final = r"\b(?:answers?|ans|solutions?)\b(?:\s+(?:key|choice|option|letter)\b)?"
BEST: Final = r"(?:(?:final|correct|right|best|short|numeric(?:al)?)\s+)"
_TAG: Final = re.compile(r"<(?:final[_ ]?)?answer>[^\S\n]*\n?(?P<answer>[^<\n]+?)[^\S\n]*\n?(?:</|$)", re.I | re.M)
_JSON: Final = re.compile(
    r"[\"'](?:(?:final|correct|selected|chosen|best)[_ ]?)?(?:answer|choice|option|letter)"
    r"(?:[_ ](?:letter|choice|option))?[\"']\s*:\s*"
    r"(?:\{\s*[\"']\w+[\"']\s*:\s*)?"
    r"(?:\"(?P<double>(?:[^\"\\\n]|\\.)*)\"|'(?P<single>[^'\n]*)'|(?P<bare>\[[^\]\n]*\]|[^\s,}\]\"']+))",
    re.I,
)
_LABEL: Final = re.compile(
    rf"{SUBJECT}\.?(?:[^\S\n]*\([^()\n]{{1,40}}\))?[*_`]*(?:[^\S\n]*\b(?:is|are)\b)?[^\S\n]*[*_`]*"
    r"(?::|=(?!=)|(?<=\s)[-\u2013\u2014\u2192]+>?(?=\s[^\s\d$.]\S{0,19}$))"
    r"[*_`]*[^\S\n]*(?P<answer>.*)(?:\n(?P<below>.+))?",
    re.I | re.M,
)
_SHORT: Final = re.compile(r"^[\s*_#>-]*Ans\.[*_]*[^\S\n]+(?P<answer>.+)", re.M)
_HEADING: Final = re.compile(rf"^[\s*_#>]*(?:(?:the|my)\s+)?{BEST}?{SUBJECT}[\s*_]*\n(?P<answer>.+)", re.I | re.M)
_COMMENT: Final = (
    r"(?!helpful|useful|clear|unclear|satisf|understand|as\s+follows|based|obtained|derived|found|given\s+by|calculated"
    r"|in\s+the|not\b|n['\u2019]t|the\s+following|what|below|above|still|already)"
)
_STATED: Final = re.compile(
    rf"(?<!\bthis )(?<!\bthat )(?<!\byour )(?:{SUBJECT}|\b{BEST}(?:option|choice|statement)\b)[*_\"']*"
    r"(?:\s+(?:to|for|of|in)\s[^.:\n]{1,80}?)?\s+(?:is|are|was|equals|(?:should|must|would|will|has\s+to|can\s+only)\s+be)\b"
    r"(?:\s+(?:thus|therefore|then|simply|just|clearly|definitely|probably|most\s+likely|likely|actually|indeed|exactly)\b,?)*"
    rf"[*_]*:?[^\S\n]*(?P<answer>{_COMMENT}\S.*)",
    re.I,
)
_INVERTED: Final = re.compile(
    r"(?:^|(?<=\w\w[.!?]\s))[*_#\s]*(?:-\s+(?![\d$.]))?(?:(?:so|thus|hence|therefore)\b,?\s*)?(?P<answer>\S[^\n]{0,300}?)\s+"
    r"(?:is|are|(?:should|must|would)\s+be)\s+(?:(?:thus|therefore|clearly)\s+)?(?:the|our|my)\s+"
    rf"{BEST}*(?:answer|option|choice|solution)\b(?!\s*\?)",
    re.I | re.M,
)
_HASHES: Final = re.compile(r"####[^\S\n]*(\S.*)")
_LATEX_ESCAPED: Final = re.compile(
    r"(?<!\\)\\(?=[bf][a-z]|t(?:ext|imes|an|heta|au|o\b|frac)|r(?:ight|ho|m\b)|n(?:eq?|u|abla|ot)\b)"
)
_CORRECTED: Final = re.compile(
    r"(?:^|[.!?]\s)[\s*_#>(-]*(?:correction|(?:oh|hmm|no)?\W*wait|actually|oops|sorry|apologies|i\s+apologi[sz]e|on\s+(?:second|reflection)"
    r"|(?:let\s+me|let['\u2019]s)\s+(?:re-?\w+|double)|i\s+(?:made|see)\s+(?:a|an|my)\s+(?:mistake|error)|i\s+was\s+wrong|scratch)\b",
    re.I | re.M,
)
_OTHERS_SAY: Final = re.compile(
    r"\b(?:think|thinks|thought|believe[sd]?|sa(?:y|ys|id)|assumed?|might|could|if|why|claim\w*|conclude)\b[^.!?\n]*\Z",
    re.I,
)


def stated_in(text: str, lines: list[str]) -> tuple[str | None, ...]:
    """The answer that is marked, the one that is stated, and the one after hashes; `lines` are those of the text.

    The stated one goes first where it corrects what was marked before ("Answer: 3. Wait, .. So the answer is 4.").
    """
    (place, marked), (later, stated) = _marked(text), _last(text, _STATED, _INVERTED)
    first = (stated, marked) if marked and stated and _corrects(text, place, later) else (marked, stated)
    return (*first, _hashes(text, lines))


def _corrects(text: str, place: int, later: int) -> bool:
    """True if what is stated later takes back what was marked at a place, and is not what others say."""
    return (
        later > place
        and _CORRECTED.search(text, place, later) is not None
        and not _OTHERS_SAY.search(text, max(place, later - 80), later)
    )


def _marked(text: str) -> tuple[int, str | None]:
    """The last answer that is marked as one, the one that begins last, and its place."""
    found = [match for pattern in (_TAG, _HEADING, _SHORT, FOREIGN_LABEL) for match in pattern.finditer(text)]
    marked = [(match.start(), match["answer"]) for match in found]
    marked += [(match.start(), _of_json(match)) for match in _JSON.finditer(text)]
    start = 0
    while label := _LABEL.search(text, start):
        on_line = label["answer"]
        marked.append((label.start(), on_line if on_line.strip(AROUND) else label["below"] or ""))
        start = label.start("answer")
    if box := last_box_at(text):
        marked.append(box)
    return max((one for one in marked if trimmed(one[1])), default=(0, None))


def _of_json(match: re.Match[str]) -> str:
    """The value of an "answer" in JSON; as it stands where its escapes are not JSON's, as those of LaTeX are not."""
    try:
        quoted = _LATEX_ESCAPED.sub(r"\\\\", match["double"] or "")
        return str(json.loads(f'"{quoted}"')) if quoted else _content(match)
    except json.JSONDecodeError:
        return match["double"]


def _content(match: re.Match[str]) -> str:
    """The group that took part in a match."""
    return next(text for text in match.groups() if text is not None)


def _last(text: str, *patterns: re.Pattern[str]) -> tuple[int, str | None]:
    """The place and the answer of the last match of any of the patterns; "!" ends a sentence."""
    found = [(match.start("answer"), match["answer"]) for pattern in patterns for match in _overlapping(pattern, text)]
    place, said = max(found, default=(0, None))
    return place, said.rstrip("!* ") if said else None


def _overlapping(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    """All matches, the next one searched from where the answer of the one before begins."""
    found = []
    start = 0
    while match := pattern.search(text, start):
        found.append(match)
        start = match.start("answer") + 1
    return found


def _hashes(text: str, lines: list[str]) -> str | None:
    """The text after the last hashes, unless they head a section."""
    found = _HASHES.findall(text)
    return found[-1] if found and (found[-1][0] in "-$.0123456789" or lines[-1].endswith(found[-1])) else None
