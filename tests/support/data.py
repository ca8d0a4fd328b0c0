"""Data sets on disk: written on the spot, or the published ones where they are there."""

import gzip
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import symposia

BESIDE = Path(symposia.__file__).resolve().parents[1] / "shared" / "data"
SHARED = Path(os.environ.get("SYMPOSIA_DATA", BESIDE))
COLOURS = ("red", "green", "blue", "none")
SKY = {"question": "The sky?", "choices": dict(zip("ABCD", COLOURS, strict=True)), "answer": "C"}

needs_shared_data = pytest.mark.skipif(
    not SHARED.is_dir(), reason=f"the published data sets are not in {SHARED}: set SYMPOSIA_DATA"
)


def written(folder: Path, rows: Sequence[Mapping[str, Any]], name: str = "some.test.jsonl") -> str:
    path = folder / name
    text = "".join(json.dumps(row) + "\n" for row in rows)
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return str(path)
