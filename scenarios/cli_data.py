"""The commands on data sets, as `symposia data list`."""

from typing import Annotated

import typer

from .cli_options import AsJson

data = typer.Typer(name="data", help="Data sets: what is known, here, and wrong with them.", no_args_is_help=True)


@data.command("list")
def list_data(as_json: AsJson = False) -> None:
    """List the registered data sets."""
    from . import data_commands

    data_commands.list_data(as_json=as_json)


@data.command()
def show(name: Annotated[str, typer.Argument(metavar="NAME")], as_json: AsJson = False) -> None:
    """Show a data set: its task, source, licence, floors, defects, and whether it is here."""
    from . import data_commands

    data_commands.show(name, as_json=as_json)


@data.command()
def check(
    source: Annotated[str, typer.Argument(metavar="FILE|NAME", help="A file, hub:, moco: or a registered data set.")],
    task: Annotated[str | None, typer.Option("--task", help="What is asked of a file: multiple_choice, ..")] = None,
    option: Annotated[list[str] | None, typer.Option("--option", metavar="KEY=VALUE", help="Of the task.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check a data set row by row; exit code 2 where it cannot be used."""
    from . import data_commands
    from .planning.yaml_files import changed

    data_commands.check_data(source, task, changed({}, option or []), as_json=as_json)


@data.command()
def fetch(name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
    """Put a registered data set into the data folder, so that runs need no network."""
    from . import data_commands

    data_commands.fetch_data(name)
