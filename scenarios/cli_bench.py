"""The command `symposia bench`."""

from pathlib import Path
from typing import Annotated

import typer

from .cli_options import AsJson, Quiet, Set, Verbose, level_of


def bench(  # noqa: PLR0913 - each one an argument of the command
    file: Annotated[Path, typer.Argument(metavar="FILE.yaml", help="Protocols, tasks, teams and seeds.")],
    changes: Set = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Its folder; a bench there goes on.")] = None,
    plan: Annotated[bool, typer.Option("--plan", help="Print the cells; nothing is asked.")] = False,
    table: Annotated[bool, typer.Option("--table", help="Print what is finished by now; nothing is asked.")] = False,
    ray: Annotated[str | None, typer.Option("--ray", metavar="ADDRESS", help="Of a Ray cluster, or local.")] = None,
    plots: Annotated[bool, typer.Option("--plots", help="Draw plots beside the report, as PNG and SVG.")] = False,
    page: Annotated[Path | None, typer.Option("--page", metavar="FILE.md", help="Put the table on a page.")] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Run protocols by tasks by teams by seeds. The same command again resumes what was stopped."""
    from . import bench_commands

    if plan:
        bench_commands.plan(file, changes or [], out, as_json=as_json)
        return
    form = bench_commands.Form(plots=plots, page=page, as_json=as_json)
    if table:
        bench_commands.table(file, changes or [], out, form)
    else:
        bench_commands.bench(file, changes or [], out, form, level_of(quiet=quiet, verbose=verbose), ray=ray)
