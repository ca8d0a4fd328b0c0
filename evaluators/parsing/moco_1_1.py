r"""The parsing and comparison rules of MoCo 1.1.2, defects included.

They serve to reproduce numbers published with that version, which are not comparable with earlier ones: a letter after
"Answer:" is read, an answer in bold is not, and numbers that are no integers are compared to 1 %.
"""

import ast
import re
import string
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from .moco import best_overlap, labelled

_BOX: Final = re.compile(r"\\box(?:ed)?\s?\{", re.I)
_LABEL: Final = r"\s*(?:is|:|=)\s*[:-]?\s*\(?"
_KEPT: Final = "+-*/^=<>%"
_DELETED: Final = str.maketrans("", "", "".join(set(string.punctuation) - set(_KEPT)))
_ARTICLE: Final = re.compile(r"\b(?:a|an|the)\b")
_TRUTH: Final = {"true": True, "yes": True, "false": False, "no": False}


def letter_in(reply: str, options: Sequence[str]) -> str | None:
    """The letter alone, else after a label or with its mark (the last one counts), else the option named last."""
    letters = string.ascii_uppercase[: len(options)]
    said = reply.strip()
    if re.fullmatch(rf"[{letters}][.)]?", said, re.I):
        return said[0].upper()
    alone = rf"(?<![A-Za-z0-9])([{letters}])(?![A-Za-z0-9])"
    for pattern in (
        f"final answer{_LABEL}{alone}",
        f"answer{_LABEL}{alone}",
        rf"\({alone}\)",
        rf"{alone}\)",
        rf"{alone}\.",
    ):
        if found := re.findall(pattern, said, re.I):
            return str(found[-1]).upper()
    return _option_in(said, options)


def _option_in(said: str, options: Sequence[str]) -> str | None:
    """The option that is the reply, else the one whose text ends last in it, the longer one on ties."""
    cut = said.lower().rstrip(".,;:!? ")
    texts = [text.lower().rstrip(".,;:!? ") for text in options]
    if cut in texts:
        return string.ascii_uppercase[texts.index(cut)]
    ends = [
        (found + len(text), len(text), -place) for place, text in enumerate(texts) if (found := cut.rfind(text)) >= 0
    ]
    return string.ascii_uppercase[-max(ends)[2]] if ends else None


def final_answer(reply: str) -> str:
    """The last box with balanced braces, else as in the earlier version: after a label, else the whole reply."""
    for opened in reversed(list(_BOX.finditer(reply))):
        if (inside := _balanced(reply[opened.end() :])) is not None:
            return inside
    return labelled(reply)


def _balanced(text: str) -> str | None:
    """The text up to the brace that closes it; None if none does."""
    depth = 1
    for place, character in enumerate(text):
        depth += (character == "{") - (character == "}")
        if not depth:
            return text[:place]
    return None


def normalised(text: str) -> str:
    """Lower case without punctuation and articles; signs stay, and the blanks around them close."""
    lowered = re.sub(rf"\s*([{re.escape(_KEPT)}])\s*", r"\1", text.lower().translate(_DELETED))
    return " ".join(_ARTICLE.sub(" ", lowered).split())


def exact(said: str, gold: str | None, declared: str = "") -> float:
    """Equality as a list, a truth word, a number or a text, by the first that the gold is; `declared` is its type."""
    gold = gold or ""
    integers = "integer" in declared if declared else None
    if (wanted := _list(gold)) is not None or declared.startswith("list of"):
        return float(_same_list(_list(said), wanted, integers is True))
    truth = gold.lower().strip().removesuffix(".")
    if truth in _TRUTH:
        return float(_TRUTH.get(said.lower().strip().removesuffix(".")) is _TRUTH[truth])
    here, there = _number(said), _number(gold)
    if here is not None and there is not None:
        whole = integers if integers is not None else re.fullmatch(r"\s*[+-]?\d+\s*", gold) is not None
        return float(_close(here, there, exactly=whole))
    return float(normalised(said) == normalised(gold))


def f1(said: str, gold: str | None) -> float:
    """The best word F1 with any element of the gold answer, which is split at every comma if it is a list."""
    return best_overlap(said, gold, normalised)


def _number(text: str) -> float | None:
    cleaned = text.replace(",", "").replace("$", "").strip()
    percent = cleaned.endswith("%")
    with suppress(ValueError):
        return float(cleaned.removesuffix("%")) / (100 if percent else 1)
    return None


def _close(here: float, there: float, *, exactly: bool) -> bool:
    if exactly or here == there:
        return here == there
    return abs(here - there) < 1e-9 if there == 0 else abs(here - there) <= 0.01 * abs(there)


def _list(text: str) -> list[object] | None:
    with suppress(ValueError, SyntaxError, MemoryError, RecursionError):
        found = ast.literal_eval(text.strip())
        return list(found) if isinstance(found, list) else None
    return None


def _same_list(said: list[object] | None, gold: list[object] | None, integers: bool) -> bool:
    if said is None or gold is None or len(said) != len(gold):
        return False
    return all(_same_element(str(here), str(there), integers) for here, there in zip(said, gold, strict=True))


def _same_element(here: str, there: str, integers: bool) -> bool:
    numbers = _number(here), _number(there)
    if numbers[0] is not None and numbers[1] is not None:
        return _close(numbers[0], numbers[1], exactly=integers)
    return normalised(here) == normalised(there)
