"""Data files on disk: JSON lines, gzipped or not, and JSON with a list of rows for each split."""

import gzip
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...agents.errors import BadData, UnknownName

_SPLIT_IN_NAME = re.compile(r".+\.(?P<split>[A-Za-z]\w*)\.jsonl(?:\.gz)?")


def rows(source: str, split: str) -> list[tuple[str, Mapping[str, Any]]]:
    """All rows of a split, each with its location (`file:line`). Raises `BadData` and `UnknownName`."""
    path = _path(source, split)
    if path.suffix == ".json":
        return _of_object(path, split)
    named = _SPLIT_IN_NAME.fullmatch(path.name)
    here = named["split"] if named else "test"
    if split != here:
        raise UnknownName("split", split, [here], where=str(path))
    return _of_lines(path)


def _path(source: str, split: str) -> Path:
    """The file of a source and split. Raises `BadData` and `UnknownName`."""
    path = Path(source)
    if path.is_file():
        return path
    for end in (f".{split}.jsonl.gz", f".{split}.jsonl", ".json"):
        if (candidate := path.with_name(path.name + end)).is_file():
            return candidate
    siblings = (_SPLIT_IN_NAME.fullmatch(p.name) for p in sorted(path.parent.glob(f"{path.name}.*.jsonl*")))
    if splits := {match["split"] for match in siblings if match}:
        raise UnknownName("split", split, splits, where=source)
    raise BadData(f"{source}: no such file. Give a .jsonl, .jsonl.gz or .json file, or a hub: name.")


def _of_lines(path: Path) -> list[tuple[str, Mapping[str, Any]]]:
    try:
        data = path.read_bytes()
        text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise BadData(
            f"{path}: cannot be read ({error}). It should be UTF-8 text, gzipped if it ends in .gz."
        ) from error
    numbered = enumerate(text.split("\n"), start=1)
    return [(f"{path}:{number}", _parsed(line, f"{path}:{number}")) for number, line in numbered if line.strip()]


def _parsed(text: str, where: str) -> Mapping[str, Any]:
    try:
        fields = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadData(f"{where}: {error.msg} at column {error.colno}. Each line should be one JSON object.") from error
    if not isinstance(fields, dict):
        raise BadData(f"{where}: a {type(fields).__name__}. Each line should be one JSON object.")
    return fields


def _of_object(path: Path, split: str) -> list[tuple[str, Mapping[str, Any]]]:
    try:
        splits = {name: value for name, value in json.loads(path.read_text()).items() if isinstance(value, list)}
    except (OSError, ValueError, AttributeError) as error:
        raise BadData(f"{path}: {error}. It should be one JSON object with a list of rows for each split.") from error
    if split not in splits:
        raise UnknownName("split", split, splits, where=str(path))
    for position, fields in enumerate(splits[split]):
        if not isinstance(fields, dict):
            raise BadData(f"{path}:{split}[{position}]: a {type(fields).__name__}. Each row should be a JSON object.")
    return [(f"{path}:{split}[{position}]", fields) for position, fields in enumerate(splits[split])]
