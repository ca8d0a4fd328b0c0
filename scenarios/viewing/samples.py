"""The samples of a run directory, by the place of their questions in the trace."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from ...agents.errors import BadData
from ...evaluators.sample import Sample

PROTOCOL: Final = "samples.jsonl"


def samples_of(directory: Path) -> dict[str, Sample]:
    """The samples of a run by place, as `test/12` or `single/amber/7`; none of a run that is not finished."""
    found = {f"test/{number}": one for number, one in enumerate(read(directory / PROTOCOL))}
    for path in sorted((directory / "baselines").glob("*.jsonl")):
        stage = path.stem if path.stem == "equal_budget" else f"single/{path.stem}"
        found |= {f"{stage}/{number}": one for number, one in enumerate(read(path))}
    return found


def read(path: Path) -> Iterator[Sample]:
    """The samples in a file, if there is one. Raises `BadData`."""
    if not path.is_file():
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                yield Sample.model_validate_json(line)
            except (ValidationError, json.JSONDecodeError):
                raise BadData(f"{path}:{number}: not a sample. Run the scenario again to write it.") from None
