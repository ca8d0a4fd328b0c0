"""The command `symposia convert`."""

from pathlib import Path
from typing import Annotated

import typer

from .cli_options import AsJson


def convert(  # noqa: PLR0913 - the options of a command
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="Built data, a file, hub:OWNER/NAME, or a configuration of MoCo's.")
    ],
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="PATH", help="Where to write.")] = None,
    to: Annotated[str, typer.Option("--to", help="sets, verl, verifiers or hub.")] = "sets",
    options: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A setting, as minimum_gap=0.1.")
    ] = None,
    compat: Annotated[bool, typer.Option("--compat", help="Of MoCo: answers are read as MoCo 1.1 does.")] = False,
    as_json: AsJson = False,
) -> None:
    """Convert a configuration of MoCo's into a scenario, or built data into training sets or for another library.

    A configuration is printed, or written to --out FILE.yaml, with a line for each key that has no counterpart.

    --to sets: system, minimum_gap, bound (rewards.accuracy>=0.5), evaluated (0.1, or a number), seed.
    --to verl: task, system, evaluated, seed, window, futures, weights.METRIC, model, user_model, judge_model.
    --to verifiers: system, outcome (exact or judge). --to hub: nothing.
    """
    from . import converting_commands

    if converting_commands.is_scenario_of_moco(source, out, compat=compat, as_json=as_json):
        return
    converting_commands.convert(source, out, to, options or [], as_json=as_json)
