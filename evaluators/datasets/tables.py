"""Data files that are tables: CSV, TSV and Parquet; the header names the fields."""

import csv
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any, Final

from ...agents.errors import BadData

Rows = list[tuple[str, Mapping[str, Any]]]

SEPARATORS: Final = {".csv": ",", ".tsv": "\t"}


def separated(text: str, path: Path, separator: str) -> Rows:
    """The rows of a CSV or TSV text, each with its location. Raises `BadData` for a row that is not as the header."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        header = next(reader, [])
        if not header or len(set(header)) < len(header):
            raise BadData(f"{path}:1: the header names {len(header)} fields, {len(set(header))} of them different.")
        return [(f"{path}:{reader.line_num}", named(header, row, f"{path}:{reader.line_num}")) for row in reader if row]
    except csv.Error as error:
        raise BadData(f"{path}:{reader.line_num}: {error}. Quote a field that has quotes or lines in it.") from error


def named(header: list[str], row: list[str], where: str) -> Mapping[str, Any]:
    """A row as a mapping. Raises `BadData` for more or fewer fields than the header has."""
    if len(row) != len(header):
        raise BadData(f"{where}: {len(row)} fields, and the header has {len(header)}. Quote a field with separators.")
    return dict(zip(header, row, strict=True))


def parquet(path: Path) -> Rows:
    """The rows of a Parquet file, each with its location. Raises `BadData`."""
    import pyarrow.parquet  # type: ignore[import-untyped]

    try:
        found = pyarrow.parquet.read_table(path).to_pylist()
    except (OSError, ValueError, pyarrow.ArrowException) as error:
        raise BadData(f"{path}: cannot be read as Parquet ({str(error).splitlines()[0]}).") from error
    return [(f"{path}[{position}]", row) for position, row in enumerate(found)]
