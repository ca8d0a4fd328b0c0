"""The command that prepares a team for later. `cli_training.py` has its arguments, and loads this module for a call."""

from collections.abc import Sequence
from pathlib import Path

import typer

from .commands import Wanted, finish
from .reporting.watching import Level, progress
from .running.preparing import prepare_team


def prepare(file: Path, changes: Sequence[str], out: Path, level: Level) -> None:
    """Prepare a team, and say what was kept."""
    plan = Wanted(file, changes).plan()
    with progress(level) as watch:
        kept = finish(prepare_team(plan, out, progress=watch))
    made = [str(one.folder) for team in kept.parts.values() for one in team.models.values() if one.folder]
    models = f", with the models {', '.join(made)}" if made else ""
    typer.echo(f"{out}: {plan.scenario.protocol.use} is prepared{models}. Use it: prepared: {out}")
