"""Rows of registered data sets as they are asked: fields under our names, what is left out, what depends on what."""

from dataclasses import replace
from typing import Any, Final

from .registered import DataSet, registered
from .row import Row

ASKED: Final = ("question", "input", "prompt", "instruction")
"""The fields with the question, by task."""


def prepared(row: Row, of: DataSet) -> Row:
    """A published row of a registered data set as it is asked. Raises `BadData` for a field that it lacks."""
    for part in of.of:
        if row.fields.get("group") == part:
            return replace(prepared(row, registered()[part]), folder=row.folder)
    row = row.renamed(of.fields)
    changed = {name: _stripped(row.fields[name], of.strip) for name in ASKED if of.strip and name in row.fields}
    if of.cluster is not None:
        changed["cluster"] = of.cluster.of(row.fields)
    return replace(row, fields={**row.fields, **changed}, left_out=_left_out(row, of))


def _stripped(value: Any, beginning: str) -> Any:  # noqa: ANN401
    return value.removeprefix(beginning).lstrip() if isinstance(value, str) and value.startswith(beginning) else value


def _left_out(row: Row, of: DataSet) -> str | None:
    for name, values in of.keep.items():
        if row.fields.get(name) not in values:
            return f"its {name} is {row.fields.get(name)!r}, and {of.name} keeps {', '.join(map(str, values))}"
    for name in of.require:
        if not row.fields.get(name):
            return f"it has no {name}, which {of.name} needs"
    return None
