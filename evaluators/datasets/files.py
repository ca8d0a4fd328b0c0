"""Data files on disk: JSON lines, gzipped or not, tables, and JSON with one list of rows, or one for each split."""

import gzip
import json
import re
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ...agents.errors import BadData, UnknownName
from .tables import SEPARATORS, parquet, separated

ENDS: Final = (".jsonl", ".jsonl.gz", ".csv", ".csv.gz", ".tsv", ".tsv.gz", ".parquet")
"""How the name of a file with one split ends."""

_SPLIT_IN_NAME = re.compile(r".+\.(?P<split>[A-Za-z]\w*)\.(?:(?:jsonl|csv|tsv)(?:\.gz)?|parquet)")


def rows(source: str, split: str) -> list[tuple[str, Mapping[str, Any]]]:
    """All rows of a split, each with its location (`file:line`). Raises `BadData` and `UnknownName`."""
    path = _path(source, split)
    if _form(path) == ".json":
        return _of_json(path, split)
    named = _SPLIT_IN_NAME.fullmatch(path.name)
    here = named["split"] if named else "test"
    if split != here:
        raise UnknownName("split", split, [here], where=str(path))
    return whole(path)


def whole(path: Path) -> list[tuple[str, Mapping[str, Any]]]:
    """All rows of one file, each with its location, whatever split is in its name. Raises `BadData`."""
    if _form(path) == ".json":
        return _of_json(path, "test")
    if path.suffix == ".parquet":
        return parquet(path)
    text = _text(path)
    if _form(path) in SEPARATORS:
        return separated(text, path, SEPARATORS[_form(path)])
    numbered = enumerate(text.split("\n"), start=1)
    return [(f"{path}:{number}", _parsed(line, f"{path}:{number}")) for number, line in numbered if line.strip()]


def exists(source: str) -> bool:
    """True if a source is a file, or the beginning of the names of a data set's files."""
    path = Path(source)
    ends = (".json", ".json.gz", *(f".*{end}" for end in ENDS))
    return path.is_file() or any(any(path.parent.glob(f"{path.name}{end}")) for end in ends)


def _form(path: Path) -> str:
    """The ending that says how a file is written, whether it is gzipped or not."""
    return (path.with_suffix("") if path.suffix == ".gz" else path).suffix


def _path(source: str, split: str) -> Path:
    """The file of a source and split. Raises `BadData` and `UnknownName`."""
    path = Path(source)
    if path.is_file():
        return path
    for end in (*(f".{split}{end}" for end in ENDS), ".json", ".json.gz"):
        if (candidate := path.with_name(path.name + end)).is_file():
            return candidate
    siblings = (_SPLIT_IN_NAME.fullmatch(p.name) for p in sorted(path.parent.glob(f"{path.name}.*.*")))
    if splits := {match["split"] for match in siblings if match}:
        raise UnknownName("split", split, splits, where=source)
    raise BadData(f"{source}: no such file. Give a .jsonl, .json, .csv, .tsv or .parquet file, or a hub: name.")


def _text(path: Path) -> str:
    """The text of a file, without a byte order mark. Raises `BadData`."""
    try:
        data = path.read_bytes()
        return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise BadData(
            f"{path}: cannot be read ({error}). It should be UTF-8 text, gzipped if it ends in .gz."
        ) from error


def _parsed(text: str, where: str) -> Mapping[str, Any]:
    try:
        fields = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadData(f"{where}: {error.msg} at column {error.colno}. Each line should be one JSON object.") from error
    except (ValueError, RecursionError) as error:  # a number of too many digits, too many brackets
        raise BadData(f"{where}: {error}. Each line should be one JSON object.") from error
    if not isinstance(fields, dict):
        raise BadData(f"{where}: a {type(fields).__name__}. Each line should be one JSON object.")
    return fields


def _of_json(path: Path, split: str) -> list[tuple[str, Mapping[str, Any]]]:
    """The rows of a JSON file: a list for each split, or one list, which is the test split."""
    try:
        data = json.loads(_text(path))
    except (ValueError, RecursionError) as error:
        raise BadData(f"{path}: {error}. It should be a JSON list of rows, or an object with one a split.") from error
    whole = {"test": data} if isinstance(data, list) else data if isinstance(data, dict) else {}
    splits = {name: value for name, value in whole.items() if isinstance(value, list)}
    if not splits:
        raise BadData(f"{path}: no list of rows. It should be a JSON list of rows, or an object with one a split.")
    if split not in splits:
        raise UnknownName("split", split, splits, where=str(path))
    for position, fields in enumerate(splits[split]):
        if not isinstance(fields, dict):
            raise BadData(f"{path}:{split}[{position}]: a {type(fields).__name__}. Each row should be a JSON object.")
    return [(f"{path}:{split}[{position}]", fields) for position, fields in enumerate(splits[split])]
