"""The command that converts other programs' configurations, and built data. `cli_convert.py` defines its arguments."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal

import typer
from pydantic import Field, ValidationError

from ..agents.errors import BadData, UnknownName
from ..agents.frozen import Frozen
from ..trainers.multiturn.converted import parsed_bound, write_converted, write_hub
from ..trainers.multiturn.reading import read_rows
from ..trainers.multiturn.rows import Row
from ..trainers.multiturn.verifiers.environment import write_environment
from ..trainers.multiturn.verl.folder import write_verl
from ..trainers.multiturn.verl.settings import VerlSettings
from .converting.moco import convert as from_moco
from .converting.moco_config import read_config
from .planning.yaml_files import changed


class SetSettings(Frozen):
    """The conversion rules of training sets.

    >>> SetSettings(minimum_gap=0.1).evaluated
    0.0
    """

    system: str = ""
    minimum_gap: float = Field(0.0, ge=0, allow_inf_nan=False)
    bound: str = ""
    evaluated: float = Field(0.0, ge=0, allow_inf_nan=False)
    seed: int = 42


class EnvironmentSettings(Frozen):
    """What the assistant is told, and what says that it came to the reference.

    >>> EnvironmentSettings().outcome
    'exact'
    """

    system: str = ""
    outcome: Literal["exact", "judge"] = "exact"


class NoSettings(Frozen):
    """Nothing to be set.

    >>> NoSettings()
    NoSettings()
    """


def to_sets(out: Path, rows: Sequence[Row], use: SetSettings) -> dict[str, int]:
    """Dialogues, preferences and inputs, as JSONL and Parquet."""
    return write_converted(
        out,
        rows,
        system=use.system or None,
        minimum_gap=use.minimum_gap,
        bound=parsed_bound(use.bound) if use.bound else None,
        evaluated=use.evaluated,
        seed=use.seed,
    )


def to_environment(out: Path, rows: Sequence[Row], use: EnvironmentSettings) -> dict[str, int]:
    """An environment of verifiers."""
    return write_environment(out, rows, outcome=use.outcome, system=use.system)


def to_hub(out: Path, rows: Sequence[Row], use: NoSettings) -> dict[str, int]:
    """A data set for the hub."""
    return write_hub(out, rows)


FORMS: Final[Mapping[str, tuple[type[Frozen], Callable[..., dict[str, int]]]]] = {
    "sets": (SetSettings, to_sets),
    "verl": (VerlSettings, write_verl),
    "verifiers": (EnvironmentSettings, to_environment),
    "hub": (NoSettings, to_hub),
}
"""The settings of each form, and what writes it: (directory, rows, settings) -> rows by file."""


def is_scenario_of_moco(source: str, out: Path | None, *, compat: bool, as_json: bool) -> bool:
    """Print or write the scenario of a configuration of MoCo's; False where the source is none."""
    config = read_config(Path(source))
    if config is None:
        return False
    found = from_moco(config, compat=compat)
    if as_json:
        typer.echo(json.dumps({"scenario": found.scenario, "notes": found.notes}))
    elif out is None:
        typer.echo(found.text(), nl=False)
    if out is not None:
        if out.exists():
            raise BadData(f"{out}: is there. Name a new file.")
        out.write_text(found.text())
        if not as_json:
            typer.echo(f"{out}: {found.scenario['protocol']['use']}, {len(found.notes)} notes at its top.")
    return True


def convert(source: str, out: Path | None, to: str, options: Sequence[str], *, as_json: bool) -> None:
    """Write the rows of a source in another form, and print how many there are in each file."""
    if out is None:
        raise BadData("convert: --out is missing. Name the directory of what is written; it has to be new.")
    if to not in FORMS:
        raise UnknownName("form", to, FORMS, where="--to")
    kind, write = FORMS[to]
    use = settings(kind, options, where=f"convert --to {to}")
    rows = read_rows(source)
    written = write(out, rows, use)
    if as_json:
        typer.echo(json.dumps({"read": len(rows), "rows": written, "directory": str(out)}))
        return
    typer.echo(f"{len(rows)} candidates of {source}.")
    typer.echo(f"Rows: {', '.join(f'{name} {count}' for name, count in written.items())}.")
    typer.echo(f"Directory: {out}")


def settings(kind: type[Frozen], options: Sequence[str], *, where: str) -> Frozen:
    """Settings from `key=value` texts. Raises `UnknownName` for another key, `BadData` for a value that cannot be."""
    given: dict[str, Any] = changed({}, list(options))
    for name in given:
        if name not in kind.model_fields:
            raise UnknownName("setting", name, kind.model_fields, where=where)
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadData(f"{where}: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from None
