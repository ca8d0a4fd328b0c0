r"""Extraction of the content of `\boxed{...}`, with nested braces."""

import re

_BRACE = re.compile(r"\\box(?:ed)?\s*\{|\\.|[{}]", re.DOTALL)


def last_box(text: str) -> str | None:
    r"""The content of the last complete box, `\box{...}` counted as one; None if there is none.

    A box that never closes (a reply cut off) is not one. Escaped braces are text.
    """
    opened: list[re.Match[str]] = []
    boxes: dict[int, str] = {}
    for brace in _BRACE.finditer(text):
        if brace[0].endswith("{") and brace[0] != r"\{":
            opened.append(brace)
        elif brace[0] == "}" and opened:
            opening = opened.pop()
            if opening[0] != "{":
                boxes[opening.start()] = text[opening.end() : brace.start()]
    return boxes[max(boxes)] if boxes else None
