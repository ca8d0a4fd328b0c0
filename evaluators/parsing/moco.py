r"""The parsing rules of the MoCo reference of June 2026, defects included.

They serve to reproduce published numbers and to compare them with the strict ones; the passes and their order are those
of the reference.
"""

import re
import string
from collections import Counter
from collections.abc import Callable, Sequence

_BOX = re.compile(r"\\box(?:ed)?\s?\{(.*?)\}", re.I | re.S)
_OPEN_BOX = re.compile(r"\\box(?:ed)?\s+([^\n]+)", re.I)
_COLON_LABELS = ("final answer", "final answer is", "the answer is", "answer", "solution", "the solution is")
_LABELS = (
    *(re.compile(rf"{label}\s*:\s*((?:(?!<<)[^\n])*?)\n", re.I) for label in _COLON_LABELS),
    *(re.compile(rf"\b{label}\s*(?:is|=)?\s*[:-]?\s*(.+)", re.I) for label in ("the answer", "final answer", "answer")),
)
_ARTICLE = re.compile(r"\b(?:a|an|the)\b")


def letter_in(reply: str, options: Sequence[str]) -> str | None:
    """The first option that one of three passes matches: the letter at the start, the text, the letter anywhere."""
    said = reply.lower().strip()
    labels = [(letter, text.lower()) for letter, text in zip(string.ascii_lowercase, options, strict=False)]
    for letter, _ in labels:
        if said == letter or said.startswith((f"{letter})", f"{letter}.", f"{letter} ")):
            return letter.upper()
    for letter, text in labels:
        if text in said:
            return letter.upper()
    for letter, _ in labels:
        if any(mark in said for mark in (f"{letter})", f"({letter})", f"answer is {letter}", f"{letter}.")):
            return letter.upper()
    return None


def final_answer(reply: str) -> str:
    """The last box up to its first brace, else the rest of an open box, else after the first label, else the reply."""
    if boxes := _BOX.findall(reply):
        return str(boxes[-1])
    return labelled(reply)


def labelled(reply: str) -> str:
    """The rest of an open box, else after the first label, else the reply."""
    if (box := _OPEN_BOX.search(reply)) and box[1].strip():
        return box[1].strip()
    for label in _LABELS:
        if found := label.search(reply):
            answer = found[1].strip().split("\n")[0].rstrip(". ")
            if answer:
                return answer
    return reply.strip()


def normalised(text: str) -> str:
    """The text in lower case, without ASCII punctuation (signs and points too) and articles (an answer "A" too)."""
    lowered = text.lower().translate(str.maketrans("", "", string.punctuation))
    return " ".join(_ARTICLE.sub(" ", lowered).split())


def exact(said: str, gold: str | None) -> float:
    """Equality after normalisation; a missing gold is the empty string."""
    return float(normalised(said) == normalised(gold or ""))


def f1(said: str, gold: str | None) -> float:
    """The best word F1 with any element of the gold answer, which is split at every comma if it is a list."""
    return best_overlap(said, gold, normalised)


def best_overlap(said: str, gold: str | None, normal: Callable[[str], str]) -> float:
    """The best word F1 of two texts in normal form; a gold in brackets is split at every comma."""
    gold = gold or ""
    pieces = re.sub(r"[\[\]'\"]", "", gold).split(",") if gold.startswith("[") else [gold]
    return max(_overlap(normal(said).split(), normal(piece).split()) for piece in pieces)


def _overlap(here: list[str], there: list[str]) -> float:
    if not here or not there:
        return float(here == there)
    common = sum((Counter(here) & Counter(there)).values())
    return 2 * common / (len(here) + len(there))
