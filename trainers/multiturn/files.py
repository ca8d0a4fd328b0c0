"""Files of built data: the conversations, the rows of all candidates, and the training sets, as JSONL and Parquet.

conversations.json      nested, as the original's builder writes them
rows                    a candidate a row, in the columns of the hub sets
sft, preferences        dialogues to imitate, and pairs
inputs                  prompts with their goals, for online methods
sequences, pairs        the dialogues and pairs by token id, where the answers show their tokens
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from ...agents.durable import replace
from ...agents.errors import BadData
from .dialogue import Dialogue
from .rows import Row, flat, nested
from .sets import inputs, preferences, sft
from .tokens import pairs, sequences

CONVERSATIONS: Final = "conversations.json"


def write_sets(
    directory: Path, dialogues: Sequence[Dialogue], *, system: str | None = None, minimum_gap: float = 0.0
) -> dict[str, int]:
    """Write all files of built data; returns the number of rows by name. A set without a row is not written."""
    replace(directory / CONVERSATIONS, json.dumps(list(nested(dialogues)), indent=1).encode())
    rows = list(flat(dialogues))
    sets: dict[str, Sequence[Row]] = {"rows": rows, "sft": sft(rows, system), "inputs": inputs(rows, system)}
    try:
        sets["preferences"] = preferences(rows, system, minimum_gap)
    except BadData:
        sets["preferences"] = []
    sets["sequences"] = [one.model_dump(mode="json") for one in sequences(dialogues)]
    sets["pairs"] = [one.model_dump(mode="json") for one in pairs(dialogues, minimum_gap)]
    for name, found in sets.items():
        if found:
            write_rows(directory / name, found)
    return {name: len(found) for name, found in sets.items()}


def write_rows(path: Path, rows: Sequence[Row]) -> None:
    """Write rows as `path`.jsonl and `path`.parquet, each one whole. Raises `CannotWrite`."""
    replace(path.with_suffix(".jsonl"), ((json.dumps(row) + "\n").encode() for row in rows))
    replace(path.with_suffix(".parquet"), table_bytes(rows))


def table_bytes(rows: Sequence[Row]) -> bytes:
    """Rows as the bytes of a Parquet file."""
    from pyarrow import BufferOutputStream  # type: ignore[import-untyped]
    from pyarrow.parquet import write_table  # type: ignore[import-untyped]

    out = BufferOutputStream()
    write_table(dataset(rows).data.table, out)
    written: bytes = out.getvalue().to_pybytes()
    return written


def dataset(rows: Sequence[Row]) -> Any:  # noqa: ANN401 - datasets is imported when it is used
    """Rows as a `datasets.Dataset`. A metadata column of empty mappings is left out: Parquet has no such type."""
    from datasets import Dataset  # type: ignore[import-untyped]

    empty = [name for name in rows[0] if all(row[name] == {} for row in rows)]
    return Dataset.from_list([{name: value for name, value in row.items() if name not in empty} for row in rows])
