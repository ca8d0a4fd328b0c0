"""The registry of data sets: one row of YAML a data set, in `evaluators/datasets/registry/`.

A row says where the data comes from, what is asked of it, under which licence, how well guessing does, what is wrong
with the files and what is done about it. A scenario names a registered data set as `data: gsm8k`; its task, the task's
options and its grader are then the row's, unless the scenario has its own.
"""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final, Literal, Self

import yaml
from pydantic import Field, ValidationError, model_validator

from ...agents.errors import BadData, UnknownName
from ...agents.frozen import Frozen

FOLDER: Final = "registry"


class Defect(Frozen):
    """One defect of the published files, `is_`, and what is `done` about it.

    >>> Defect.model_validate({"is": "Two golds are null.", "done": "The rows are left out."}).done
    'The rows are left out.'
    """

    is_: str = Field(alias="is")
    done: str


class Cluster(Frozen):
    """The rule that makes rows dependent: they share a field, up to a mark in it where `until` is given.

    >>> Cluster(field="id", until="-q").of({"id": "bix-12-q2"})
    'bix-12'
    """

    field: str
    until: str | None = None

    def of(self, fields: Mapping[str, Any]) -> str | None:
        """The cluster of a row; None where it lacks the field."""
        value = fields.get(self.field)
        if value is None:
            return None
        return str(value).rpartition(self.until)[0] or str(value) if self.until else str(value)


class Floors(Frozen):
    """The accuracy on test of drawing an option, `chance`, and of the commonest answer, `majority`.

    >>> Floors(chance=0.25).majority is None
    True
    """

    chance: float | None = Field(default=None, ge=0, le=1)
    majority: float | None = Field(default=None, ge=0, le=1)


class DataSet(Frozen):
    """A row of the registry.

    `source` is `hub:OWNER/NAME[:CONFIG][@REVISION]` or `moco:NAME`, or None for files that are not on a hub, of which
    `obtain` says how to get them; `of` are registered data sets that are its parts. `splits` are the source's names of
    ours, `fields` the data's names of ours. A row is left out unless the fields in `keep` have one of these values and
    those in `require` are not empty; `strip` is a text that is cut off the beginning of questions. `rows` counts the
    published rows by split.

    >>> named("gsm8k", where="doc").use
    'short_answer'
    """

    name: str
    title: str
    source: str | None = None
    upstream: str | None = None
    obtain: str | None = None
    of: tuple[str, ...] = ()
    splits: Mapping[Literal["dev", "test"], str] = {"dev": "dev", "test": "test"}
    fields: Mapping[str, str] = {}
    keep: Mapping[str, tuple[Any, ...]] = {}
    require: tuple[str, ...] = ()
    strip: str | None = None
    cluster: Cluster | None = None
    use: str
    options: Mapping[str, Any] = {}
    grader: str | None = None
    grader_options: Mapping[str, Any] = {}
    rows: Mapping[str, int] = {}
    floors: Floors = Floors()
    licence: str
    citation: str
    needs: str | None = None
    defects: tuple[Defect, ...] = ()

    @model_validator(mode="after")
    def _comes_from_somewhere(self) -> Self:
        if not (self.source or self.obtain or self.of):
            raise ValueError("a data set has a source, parts (of), or a way to obtain it")
        return self


@cache
def registered() -> Mapping[str, DataSet]:
    """All registered data sets by name. Raises `BadData` for a row that is none."""
    found: dict[str, DataSet] = {}
    for file in sorted(resources.files(__package__).joinpath(FOLDER).iterdir(), key=lambda one: one.name):
        if not file.name.endswith(".yaml"):
            continue
        for name, row in yaml.safe_load(file.read_text(encoding="utf-8")).items():
            if name in found:
                raise BadData(f"{file.name}: {name} is there twice. Give each data set one row.")
            found[name] = _parsed(name, row, file.name)
    return found


def named(name: str, *, where: str) -> DataSet:
    """The data set with that name. Raises `UnknownName`."""
    if name not in registered():
        raise UnknownName("data set", name, registered(), where=where)
    return registered()[name]


def _parsed(name: str, row: Mapping[str, Any], file: str) -> DataSet:
    try:
        return DataSet.model_validate({"name": name, **row})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise BadData(f"{file}: {name}: {place}: {first['msg']}. See `DataSet` in registered.py.") from None
