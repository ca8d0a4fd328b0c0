"""The command line. Every command imports what it needs, so `symposia --help` is quick."""

import asyncio
import json
import sys
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

from .. import __version__
from ..agents.errors import BadScenario, BadTrace, Divergence, SymposiaError

if TYPE_CHECKING:
    from .plan import Plan
    from .run import Finished


R = TypeVar("R")

app = typer.Typer(
    name="symposia",
    help="Language models that work together: compose, run, replay and compare collaborations.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

ScenarioFile = Annotated[
    Path, typer.Argument(metavar="FILE.yaml", help="A scenario file, or the name of one in the library.")
]
Set = Annotated[list[str] | None, typer.Option("--set", metavar="KEY.KEY=VALUE", help="Change one value of the file.")]
Limit = Annotated[int | None, typer.Option("--limit", metavar="N", help="Take the first N questions only.")]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="The run directory; a run found there is resumed.")
]
Draw = Annotated[Path | None, typer.Option("--draw", metavar="FILE", help="Draw the topology: .png, .svg or .mmd.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line, on the process's own arguments by default.

    Exit code 2 and one line for what the user can mend, 1 where a replay differs, 130 after Ctrl-C.
    """
    try:
        app(arguments)
    except (Divergence, BadTrace) as error:
        leave(str(error), 1)
    except SymposiaError as error:
        leave(str(error), 2)


def finish(work: Coroutine[Any, Any, R]) -> R:
    """Run to the end, or until Ctrl-C: by then everything is written."""
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        leave("stopped: what was answered is kept. Run the same command again to resume.", 130)


def leave(message: str, code: int) -> NoReturn:
    """Print one message and exit."""
    from .console import plain

    sys.stderr.write(plain(message) + "\n")
    sys.exit(code)


def version(wanted: bool) -> None:
    """Print the version and exit."""
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def common(
    _: Annotated[bool, typer.Option("--version", callback=version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Options of every command."""


@app.command("list")
def list_(kind: Annotated[str, typer.Argument(help="What to list.")] = "protocols", as_json: AsJson = False) -> None:
    """List protocols, topologies, tasks, metrics, models or scenarios."""
    from .console import show_listing
    from .listing import listing

    found = listing(kind)
    if as_json:
        typer.echo(json.dumps(found, indent=2))
    else:
        show_listing(found)


@app.command()
def plan(file: ScenarioFile, changes: Set = None, limit: Limit = None, draw: Draw = None) -> None:
    """Check a scenario and print every model, call and check, before anything is loaded."""
    from .console import show_plan
    from .rehearsal import calls_per_question

    planned = planned_from(file, changes, limit)
    if draw is not None:
        draw_topology(planned, draw)
    show_plan(planned, finish(calls_per_question(planned)))


@app.command()
def run(file: ScenarioFile, changes: Set = None, limit: Limit = None, out: Out = None, as_json: AsJson = False) -> None:
    """Run a scenario and print how it compares. The same command again resumes what was stopped."""
    from .console import show_report

    finished = ran(planned_from(file, changes, limit), out)
    if as_json:
        typer.echo(finished.report.model_dump_json(indent=2))
    else:
        show_report(finished.report, finished.directory)
    check_answered(finished)


@app.command()
def replay(directory: Annotated[Path, typer.Argument(metavar="RUN_DIR")]) -> None:
    """Replay a run from its trace with zero model calls; exit code 1 at the first divergence."""
    from .replay import replay as replay_run

    done = finish(replay_run(directory))
    typer.echo(
        f"{directory}: {done.events} events replayed, 0 model calls, {done.samples} samples are the same byte for byte."
    )


@app.command()
def fork(
    directory: Annotated[Path, typer.Argument(metavar="RUN_DIR")],
    event: Annotated[int, typer.Argument(metavar="EVENT", help="The number of an answer's event in the trace.")],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What the agent said instead.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The new run directory.")],
) -> None:
    """Edit one answer of a run and run again what follows from it, in a new directory."""
    from .console import progress, show_report
    from .directory import read_plan, read_trace
    from .forking import with_answer
    from .run import fork as fork_run

    planned = read_plan(directory)
    events = with_answer(read_trace(directory, planned), event, text)
    with progress(planned) as watch:
        finished = finish(fork_run(planned, events, out, progress=watch))
    show_report(finished.report, finished.directory)


@app.command()
def simulate(file: ScenarioFile, changes: Set = None, limit: Limit = None, out: Out = None) -> None:
    """Simulate conversations of a user with a hidden goal and an assistant, and print them."""
    from .console import show_conversations
    from .simulation import SIMULATES, conversations

    planned = planned_from(file, changes, limit)
    if planned.scenario.protocol.use != SIMULATES:
        raise BadScenario(
            f"{planned.where}: follows {planned.scenario.protocol.use}. A simulation follows {SIMULATES}."
        )
    finished = ran(planned, out)
    rows = finished.comparison.rows
    show_conversations(conversations(finished.directory, rows[0].samples), finished)
    check_answered(finished)


@app.command()
def report(directories: Annotated[list[Path], typer.Argument(metavar="RUN_DIR...")], as_json: AsJson = False) -> None:
    """Print the reports of finished runs, one after another."""
    from .console import show_report
    from .directory import read_report

    reports = [(read_report(directory), directory) for directory in directories]
    if as_json:
        typer.echo(json.dumps([one.model_dump() for one, _ in reports], indent=2))
    else:
        for one, directory in reports:
            show_report(one, directory)


@app.command()
def train(file: ScenarioFile, changes: Set = None, out: Out = None) -> None:
    """Train models as a training file says; the same command again resumes."""
    from .training import train as train_models

    train_models(located(file), changes or [], out)


def draw_topology(planned: "Plan", path: Path) -> None:
    """Draw the topology of a plan. Raises `BadScenario` where there is none to draw."""
    from ..topologies import drawing

    graph = planned.part.topology
    if graph is None:
        raise BadScenario(f"{planned.where}: has no topology to draw. Write one, as topology: ring.")
    if path.suffix == ".mmd":
        path.write_text(drawing.mermaid(graph), encoding="utf-8")
    else:
        drawing.picture(graph, path)


def located(file: Path) -> Path:
    """A scenario file, or one of the library by its name."""
    from .listing import LIBRARY

    named = LIBRARY / f"{file.name}.yaml"
    return named if not file.exists() and file.parent == Path(".") and named.is_file() else file


def planned_from(file: Path, changes: list[str] | None, limit: int | None) -> "Plan":
    """The plan of a scenario file with its changes."""
    from .plan import plan as make_plan
    from .reading import read

    path = located(file)
    extra = [] if limit is None else [f"task.limit={limit}"]
    return make_plan(read(path, [*(changes or []), *extra]), where=path.name, folder=path.parent)


def ran(planned: "Plan", out: Path | None) -> "Finished":
    """Run a plan with a live display where there is someone to see it."""
    from .console import progress
    from .run import directory_of
    from .run import run as run_plan

    directory = out or directory_of(planned)
    with progress(planned) as watch:
        return finish(run_plan(planned, directory, progress=watch))


def check_answered(finished: "Finished") -> None:
    """Raise `BadScenario` if questions failed: the report says so, and so does the exit code."""
    failed = [sample for sample in finished.comparison.rows[0].samples if sample.stop == "failed"]
    if failed:
        total = len(finished.comparison.rows[0].samples)
        raise BadScenario(f"{len(failed)} of {total} questions failed and are unscored. The first: {failed[0].why}")


if __name__ == "__main__":
    main()
