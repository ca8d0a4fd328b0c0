"""The command that uploads trained weights."""

from pathlib import Path

import typer


def push(directory: Path, to: str, *, private: bool, yes: bool) -> None:
    """Print what would be uploaded, ask unless it is said already, and upload it."""
    from ..trainers.finetuning import push as uploads

    upload = uploads.planned(directory, to, private=private)
    typer.echo(str(upload))
    if not yes and not typer.confirm("Upload?"):
        typer.echo("Nothing was uploaded.")
        return
    typer.echo(uploads.push(upload))
