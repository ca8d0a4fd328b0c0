"""Finds scenarios by file, by name in the library, or as data, and applies changes to them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

from .plan import Plan, plan
from .schema import Scenario
from .yaml_files import changed, parse, read

LIBRARY: Final = Path(__file__).parents[1] / "library"

BENCHES: Final = ("all_methods", "smol")
"""The files of the library that are benches, by name."""

Named: TypeAlias = str | Path | Mapping[str, Any] | Scenario
"""A scenario's file, its name in the library, its content as data, or itself."""


def scenario_files() -> list[Path]:
    """The scenario files of the library."""
    return [path for path in sorted(LIBRARY.glob("*.yaml")) if path.stem not in BENCHES]


def planned(scenario: Named, changes: Sequence[str] = (), *, limit: int | None = None) -> Plan:
    """The plan of a scenario with its changes, `task.limit=20` for example. Raises the errors of planning."""
    wanted = [*changes, *([] if limit is None else [f"task.limit={limit}"])]
    if isinstance(scenario, str | Path):
        path = located(Path(scenario))
        return plan(read(path, wanted), where=path.name, folder=path.parent)
    where = "scenario"
    data = scenario.model_dump(exclude_defaults=True) if isinstance(scenario, Scenario) else scenario
    return plan(parse(Scenario, changed(data, wanted), where=where), where=where, folder=Path.cwd())


def located(file: Path) -> Path:
    """A file, or one of the library by its name."""
    name = LIBRARY / f"{file.name}.yaml"
    return name if not file.exists() and file.parent == Path(".") and name.is_file() else file
