"""The command `symposia convert`."""

from pathlib import Path
from typing import Annotated

import typer

from .cli_options import AsJson


def convert(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="Built data, a file, or hub:OWNER/NAME.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where to write.")],
    to: Annotated[str, typer.Option("--to", help="sets, verl, verifiers or hub.")] = "sets",
    options: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A setting, as minimum_gap=0.1.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Convert built data, or a data set of the same columns, into training sets or for another library.

    --to sets: system, minimum_gap, bound (rewards.accuracy>=0.5), evaluated (0.1, or a number), seed.
    --to verl: task, system, evaluated, seed, window, futures, weights.METRIC, model, user_model, judge_model.
    --to verifiers: system, outcome (exact or judge). --to hub: nothing.
    """
    from . import converting_commands

    converting_commands.convert(source, out, to, options or [], as_json=as_json)
