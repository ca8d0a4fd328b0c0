"""The command line. The code of a command is loaded when it is called, so that `symposia --help` is quick."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from .. import __version__
from ..agents.errors import BadTrace, CannotWrite, Divergence, Stopped, SymposiaError
from .cli_bench import bench
from .cli_convert import convert
from .cli_data import data
from .cli_options import AsJson, Draw, File, Limit, Out, Quiet, RunDirectory, Set, Verbose, level_of
from .cli_runtime import access, broker, worker, workers
from .cli_serving import mcp, serve
from .cli_starting import doctor, new
from .cli_training import build, prepare, push, train
from .cli_view import view as view_command

if TYPE_CHECKING:
    pass

app = typer.Typer(
    name="symposia",
    help="Language models that work together: compose, run, replay and compare collaborations.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line, on the process's own arguments by default.

    Exit code 2 and one line for errors that the user can fix, 1 where a replay differs, 130 where it was stopped.
    """
    try:
        app(arguments)
    except (Divergence, BadTrace) as error:
        leave(error, 1)
    except Stopped as error:
        leave(error, 130)
    except SymposiaError as error:
        leave(error, 2)
    except OSError as error:
        leave(CannotWrite(f"{error.filename or 'a file'}: {error.strerror or error}."), 2)


def leave(error: SymposiaError, code: int) -> NoReturn:
    """Print an error's message and exit with this code."""
    from .reporting.untrusted import plain

    sys.stderr.write(plain(str(error)) + "\n")
    sys.exit(code)


def version(wanted: bool) -> None:
    """Print the version and exit."""
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


app.add_typer(data)
app.command()(bench)
for _command in (build, convert, train, prepare, push, worker, workers, broker, access, serve, mcp, new, doctor):
    app.command()(_command)
app.command("view")(view_command)


@app.callback()
def common(
    _: Annotated[bool, typer.Option("--version", callback=version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Options of every command."""


@app.command("list")
def list_(kind: Annotated[str, typer.Argument(help="What to list.")] = "protocols", as_json: AsJson = False) -> None:
    """List protocols, topologies, tasks, graders, metrics, models, trainers or scenarios."""
    from . import commands

    commands.list_kind(kind, as_json=as_json)


@app.command()
def plan(file: File, changes: Set = None, limit: Limit = None, draw: Draw = None, as_json: AsJson = False) -> None:
    """Check a scenario and print every model, call and check, before anything is loaded."""
    from . import commands

    commands.plan(commands.Wanted(file, changes, limit), draw, as_json=as_json)


@app.command()
def run(  # noqa: PLR0913 - each one an argument of the command
    file: File,
    changes: Set = None,
    limit: Limit = None,
    out: Out = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    view: Annotated[
        bool, typer.Option("--view", help="Serve a page of the run while it runs, on this machine.")
    ] = False,
) -> None:
    """Run a scenario and print how it compares. The same command again resumes what was stopped."""
    from . import commands, view_commands

    level = level_of(quiet=quiet, verbose=verbose)
    runs = view_commands.run if view else commands.run
    runs(commands.Wanted(file, changes, limit), out, level, as_json=as_json)


@app.command()
def replay(directory: RunDirectory) -> None:
    """Replay a run from its trace with zero model calls; exit code 1 at the first divergence."""
    from . import commands

    commands.replay(directory)


@app.command()
def fork(
    directory: RunDirectory,
    event: Annotated[int, typer.Argument(metavar="EVENT", help="The number of an answer's event in the trace.")],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What the agent said instead.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The new run directory.")],
) -> None:
    """Edit one answer of a run and run again what follows from it, in a new directory."""
    from . import commands

    commands.fork(directory, event, text, out)


@app.command()
def export(
    directory: RunDirectory,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="A new folder or file; of a tracker, the experiment.")],
    to: Annotated[str, typer.Option("--to", help="model, inspect, otel, parquet, mlflow or wandb.")] = "model",
    texts: Annotated[bool, typer.Option("--texts", help="Of otel: what was said, too.")] = False,
) -> None:
    """Write what a run made, or the run itself, for other programs. No model is asked.

    --to model: the model of a weight-level run, merged again, as transformers loads it. --to inspect: a log of
    inspect_ai. --to otel: OpenTelemetry's spans, a line each. --to parquet: the samples. --to mlflow, wandb: trackers.
    """
    from . import export_command

    export_command.export(directory, out, to, texts=texts)


@app.command()
def merge(  # noqa: PLR0913 - each one an argument of the command
    method: Annotated[str, typer.Argument(help="A row of the merging table, as linear or ties.")],
    models: Annotated[list[Path], typer.Argument(metavar="FOLDER...", help="Folders of checkpoints.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="The new folder of the model.")],
    base: Annotated[Path | None, typer.Option(metavar="DIR", help="What they were all trained from.")] = None,
    vocabulary: Annotated[str, typer.Option(help="Of different tokenizers: same refuses, first, union.")] = "same",
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A setting of the method, as density=0.5.")
    ] = None,
) -> None:
    """Merge checkpoints from disk to disk, a layer at a time, into one that transformers loads."""
    from . import commands

    commands.merge(method, models, out, base, vocabulary, settings or [])


@app.command()
def simulate(  # noqa: PLR0913 - each one an argument of the command
    file: File,
    changes: Set = None,
    limit: Limit = None,
    out: Out = None,
    export: Annotated[
        Path | None, typer.Option(metavar="FILE.jsonl", help="Write the conversations as chats, a JSON line each.")
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Simulate conversations of a user with a hidden goal and an assistant, and print them."""
    from . import commands

    level = level_of(quiet=quiet, verbose=verbose)
    commands.simulate(commands.Wanted(file, changes, limit), out, level, export, as_json=as_json)


@app.command()
def report(
    directories: Annotated[list[Path], typer.Argument(metavar="RUN_DIR...")],
    plots: Annotated[bool, typer.Option("--plots", help="Draw plots into RUN_DIR/plots, as PNG and SVG.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print the reports of finished runs, one after another."""
    from . import commands

    commands.report(directories, plots=plots, as_json=as_json)


if __name__ == "__main__":
    main()
