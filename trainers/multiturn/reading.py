"""Rows of candidates, read from what holds them: built data, files of the original's builder, and hub data sets.

runs/data                a directory of `symposia build`
math_multiturn.json      a list, nested or flat, as the original's builder writes
rows.jsonl, .parquet     flat rows, or nested ones
saved                    a folder of `Dataset.save_to_disk`, with or without splits
hub:OWNER/NAME           a data set of the Hugging Face hub, all splits together; @REVISION pins it
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from ...agents.errors import BadData
from ...evaluators.datasets import files, hub
from .rows import Row, checked

BUILT: Final = "rows.jsonl"
"""The file of all candidates in a directory of built data."""

SAVED: Final = ("state.json", "dataset_dict.json")
"""A file of these is in a folder of `save_to_disk`."""


def read_rows(source: str) -> list[Row]:
    """The flat rows of a source. Raises `BadData`, `DataAbsent` for a hub data set that cannot be had."""
    if source.startswith("hub:"):
        return checked(map(plain, hub.all_rows(source)), where=source)
    path = Path(source)
    if path.is_dir():
        return checked(of_folder(path), where=source)
    if not path.is_file():
        raise BadData(
            f"{source}: no such file. Give a .json, .jsonl or .parquet file, a directory of symposia build or of "
            "save_to_disk, or hub:OWNER/NAME."
        )
    rows = (fields for _, fields in files.whole(path))
    return checked(map(plain, rows) if path.suffix == ".parquet" else rows, where=source)


def of_folder(path: Path) -> Iterator[Row]:
    """The rows of a directory of built data, or of a saved data set. Raises `BadData`."""
    if (built := path / BUILT).is_file():
        return (fields for _, fields in files.whole(built))
    if not any((path / name).is_file() for name in SAVED):
        raise BadData(f"{path}: neither {BUILT} of symposia build nor a data set of save_to_disk is in it.")
    return saved(path)


def saved(path: Path) -> Iterator[Row]:
    """The rows of a saved data set, of all its splits. Raises `BadData`."""
    from datasets import DatasetDict, load_from_disk  # type: ignore[import-untyped]

    try:
        found = load_from_disk(str(path))
    except (OSError, ValueError) as error:
        raise BadData(f"{path}: cannot be loaded ({error}). Save it with Dataset.save_to_disk.") from error
    for table in found.values() if isinstance(found, DatasetDict) else [found]:
        yield from map(plain, table)


def plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a table without the fields that tables add: those of other rows' metadata and metrics, all None.

    >>> plain({"score": 1.0, "single_turn_metadata": {"level": "5", "url": None}})
    {'score': 1.0, 'single_turn_metadata': {'level': '5'}}
    """
    return {name: known(value) if isinstance(value, Mapping) else value for name, value in row.items()}


def known(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a struct that have a value."""
    return {name: value for name, value in fields.items() if value is not None}
