r"""Extraction of the content of `\boxed{...}`, with nested braces."""

import re

_BRACE = re.compile(r"\\f?box(?:ed)?\s*\{|\\.|[{}]", re.DOTALL)
_CLOSING = re.compile(r"(?:\\text\w*\s*\{)?[)\]}>\s]*")
_MORE = re.compile(r"[)\]>\s]*\}")


def last_box(text: str) -> str | None:
    r"""The content of the last complete box, `\box{...}` counted as one; None if there is none.

    A box that never closes (a reply cut off) is not one. Escaped braces are text.
    """
    found = last_box_at(text)
    return None if found is None else found[1]


def last_box_at(text: str) -> tuple[int, str] | None:
    """The position of the last complete box, and its content; None if there is none."""
    opened: list[re.Match[str]] = []
    boxes: dict[int, str] = {}
    for brace in _BRACE.finditer(text):
        if brace[0].endswith("{") and brace[0] != r"\{":
            opened.append(brace)
        elif brace[0] == "}" and opened:
            opening = opened.pop()
            if opening[0] != "{":
                end = brace.start() if opened else _end(text, opening.end(), brace.start())
                boxes[opening.start()] = text[opening.end() : end]
    return (max(boxes), boxes[max(boxes)]) if boxes else None


def _end(text: str, start: int, end: int) -> int:
    r"""The end of an outermost box; in one of brackets a brace is one of them if another follows: `\boxed{) }}`."""
    if _CLOSING.fullmatch(text, start, end):
        while more := _MORE.match(text, end + 1):
            end = more.end() - 1
    return end
