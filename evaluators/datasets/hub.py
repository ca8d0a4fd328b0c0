"""Data sets of the Hugging Face hub: `hub:OWNER/NAME[:CONFIG][@REVISION]`, with rows converted to our fields.

The split `dev` is the hub's `validation` where there is no `dev`. Only data files are read: a
data set's code is never run.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from ...agents.errors import BadData, DataAbsent, UnknownName
from .hub_images import with_images

Rows: TypeAlias = list[tuple[str, Mapping[str, Any]]]

_NAME = re.compile(r"hub:(?P<name>[\w.-]+/[\w.-]+)(?::(?P<config>[\w.-]+))?(?:@(?P<revision>[\w./-]+))?")


def rows(source: str, split: str) -> Rows:
    """All rows of a split, each with its location; downloaded unless cached. Raises `BadData` and `UnknownName`."""
    tables = _tables(source)
    known = {"dev" if name == "validation" and "dev" not in tables else str(name): str(name) for name in tables}
    if split not in known:
        raise UnknownName("split", split, known, where=source)
    return _converted(source, split, tables[known[split]])


def published(source: str, split: str) -> Rows:
    """All rows of a split by its name on the hub. Raises `BadData` and `UnknownName`."""
    tables = _tables(source)
    if split not in tables:
        raise UnknownName("split", split, map(str, tables), where=source)
    return _converted(source, split, tables[split])


def all_rows(source: str) -> list[Mapping[str, Any]]:
    """The rows of all splits as published; downloaded unless cached. Raises `BadData` and `DataAbsent`."""
    return [fields for table in _tables(source).values() for fields in table]


def _tables(source: str) -> Any:  # noqa: ANN401 - a DatasetDict
    named = _NAME.fullmatch(source)
    if named is None:
        raise BadData(
            f"{source}: not the name of a data set. Write hub:OWNER/NAME, hub:OWNER/NAME:CONFIG or either @REVISION."
        )
    from datasets import DatasetDict, load_dataset  # type: ignore[import-untyped]

    try:
        found = load_dataset(named["name"], named["config"], revision=named["revision"])
    except (OSError, ValueError) as error:
        raise DataAbsent(
            f"{source}: cannot be loaded ({error}). Check the name, the config and the network."
        ) from error
    if not isinstance(found, DatasetDict):
        raise BadData(f"{source}: a {type(found).__name__}. Name a data set with splits.")
    return found


def _converted(source: str, split: str, table: Iterable[Mapping[str, Any]]) -> Rows:
    return [(f"{source}:{split}[{n}]", converted(fields)) for n, fields in enumerate(table)]


def converted(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row converted to the fields that our tasks read; a row of an unknown form is returned unchanged.

    It converts the forms of ARC (`choices.text`, `choices.label`, `answerKey`), MMLU (a list of `choices`,
    the answer as an index), GSM8K (a worked `answer` that ends in `####`), BBH (`input`, `target`),
    PopQA (`question`, `possible_answers`), and three with images, see `hub_images`.
    """
    if (seen := with_images(fields)) is not None:
        return seen
    match fields:
        case {"question": question, "choices": {"text": texts, "label": labels}, "answerKey": key}:
            return {"question": question, "choices": dict(zip(labels, texts, strict=True)), "answer": key}
        case {"question": question, "choices": [*texts], "answer": int(index)}:
            lettered = {chr(ord("A") + position): text for position, text in enumerate(texts)}
            return {"question": question, "choices": lettered, "answer": chr(ord("A") + index)}
        case {"question": question, "answer": str(worked)} if "####" in worked:
            return {"input": question, "output": worked.rpartition("####")[2].strip()}
        case {"input": question, "target": target}:
            return {"input": question, "output": target}
        case {"question": question, "possible_answers": answers}:
            return {"input": question, "output": answers}
    return fields
