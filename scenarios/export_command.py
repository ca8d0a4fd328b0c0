"""The command that exports what a run made, or the run itself. `cli.py` defines its name and arguments."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import typer

from ..agents.errors import BadScenario, UnknownName
from .commands import finish
from .exporting.inspect_log import write_inspect
from .exporting.parquet import write_parquet
from .exporting.recorded import Recorded, read
from .exporting.spans import write_spans
from .exporting.trackers import to_mlflow, to_wandb

FILES: Final[Mapping[str, tuple[str, Callable[[Recorded, Path], str]]]] = {
    "inspect": (".eval", write_inspect),
    "otel": (".jsonl", write_spans),
    "parquet": (".parquet", write_parquet),
}
"""What writes a file of a form, and how its name ends."""

TRACKERS: Final[Mapping[str, Callable[[Recorded, str], str]]] = {"mlflow": to_mlflow, "wandb": to_wandb}


def export(directory: Path, out: Path, to: str, *, texts: bool) -> None:
    """Write a run, or its model, in a form, and say what was written. Raises `UnknownName`, `BadScenario`."""
    if to == "model":
        from .running.exporting import export as export_model

        name = finish(export_model(directory, out))
        typer.echo(f"{out}: {name} of {directory}, as transformers loads it. Also a model here: hf:{out}")
    elif to in TRACKERS:
        typer.echo(TRACKERS[to](read(directory), str(out)))
    elif to in FILES:
        end, write = FILES[to]
        check_file(out, end)
        run = read(directory)
        said = write_spans(run, out, texts=texts) if to == "otel" else write(run, out)
        typer.echo(f"{out}: {said}")
    else:
        raise UnknownName("form", to, ("model", *FILES, *TRACKERS), where="--to")


def check_file(out: Path, end: str) -> None:
    """Raise `BadScenario` unless this is a new file with the right end of its name, in a folder that is there."""
    if out.suffix != end:
        raise BadScenario(f"{out}: does not end with {end}. Name it so that its program knows it.")
    if out.exists():
        raise BadScenario(f"{out}: is there already. Name a new file.")
    if not out.parent.is_dir():
        raise BadScenario(f"{out}: {out.parent} is no folder. Make it first.")
