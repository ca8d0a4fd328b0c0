"""Rows with images of three data sets of the hub, converted to our fields: MMMU, ScienceQA and MathVista."""

import ast
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

_MARK: Final = re.compile(r"<image (\d)>")


def with_images(fields: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """A row of MMMU, ScienceQA or MathVista in our fields; None for a row of another data set.

    `images` are in the order of the marks `<image 1>` in MMMU's questions and options. MathVista's answer is the text
    of an option, and stays it.
    """
    match fields:
        case {"question": str(question), "options": str(written), "image_1": _, "answer": answer}:
            options = _listed(written)
            marks = dict.fromkeys(_MARK.findall(" ".join([question, *map(str, options)]))) or {"1": None}
            images = [fields[f"image_{mark}"] for mark in marks if fields.get(f"image_{mark}") is not None]
            return {**fields, "question": question, "choices": options, "answer": answer, "images": images}
        case {"image": image, "question": question, "choices": [*texts], "answer": int(index), "hint": hint}:
            asked = f"{hint}\n\n{question}" if hint else question
            shown = {"question": asked, "choices": texts, "answer": index, "images": [] if image is None else [image]}
            return {**{name: value for name, value in fields.items() if name != "image"}, **shown}
        case {"question": question, "decoded_image": image, "choices": choices, "answer": answer}:
            shown = {"question": question, "choices": choices or [], "answer": answer, "images": [image]}
            return {**{name: fields[name] for name in fields if name not in ("image", "decoded_image")}, **shown}
    return None


def _listed(written: str) -> list[Any]:
    """The options of a Python list that is written as text; none if it is no list."""
    with suppress(ValueError, SyntaxError):
        found = ast.literal_eval(written)
        return list(found) if isinstance(found, list | tuple) else []
    return []
