"""The commands of the command line. `cli.py` defines their names and arguments, and loads this module for a call."""

import asyncio
import json
import signal
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import typer

from ..agents.errors import BadScenario, Stopped
from ..topologies import drawing
from .listing import listing
from .planning.dry_run import calls_per_question
from .planning.plan import Plan
from .planning.wanted import located, planned
from .reporting.console import show_conversations, show_listing, show_plan, show_report
from .reporting.plan_json import plan_as_json
from .reporting.training_plan import training_plan
from .reporting.watching import Level, progress
from .running import chats
from .running.conversations import Conversation, check_simulates, simulated
from .running.forking import with_answer
from .running.job import Finished
from .running.questions import check_apart, notes, questions_if_here
from .running.replaying import replay as replay_run
from .running.run import directory_of
from .running.run import fork as fork_run
from .running.run import run as run_plan
from .running.run_directory import read_plan, read_report, read_trace
from .running.training import is_training
from .running.training import plan as plan_training
from .running.training import train as train_models
from .starting_points import SCENARIO, write_starting_point

R = TypeVar("R")


class Wanted(NamedTuple):
    """A scenario file, and the changes to it.

    >>> Wanted(Path("fusion"), limit=3).plan().scenario.task.limit
    3
    """

    file: Path
    changes: Sequence[str] | None = None
    limit: int | None = None

    def plan(self) -> Plan:
        """The plan of the file with its changes."""
        return planned(self.file, self.changes or (), limit=self.limit)


def finish(work: Coroutine[Any, Any, R]) -> R:
    """Run a coroutine to its end. Raises `Stopped` on Ctrl-C, SIGTERM and SIGHUP."""
    try:
        return asyncio.run(cancellable(work))
    except (KeyboardInterrupt, asyncio.CancelledError):
        raise Stopped("stopped: what was answered is kept. Run the same command again to resume.") from None


async def cancellable(work: Coroutine[Any, Any, R]) -> R:
    """Await work that SIGTERM and SIGHUP cancel, as Ctrl-C does; a signal that is ignored stays so (nohup)."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        if task is not None and signal.getsignal(number) is not signal.SIG_IGN:
            with suppress(NotImplementedError):  # Windows
                loop.add_signal_handler(number, task.cancel)
    return await work


def list_kind(kind: str, *, as_json: bool) -> None:
    """Print a listing."""
    found = listing(kind)
    if as_json:
        typer.echo(json.dumps(found, indent=2))
    else:
        show_listing(found)


def plan(wanted: Wanted, draw: Path | None, *, as_json: bool) -> None:
    """Print a plan, and draw its topology."""
    if is_training(located(wanted.file)):
        typer.echo(training_plan(plan_training(located(wanted.file), wanted.changes or []), as_json=as_json))
        return
    found = wanted.plan()
    if draw is not None:
        draw_topology(found, draw)
    questions, calls = questions_if_here(found), finish(calls_per_question(found))
    check_apart(found, questions)
    if as_json:
        typer.echo(plan_as_json(found, questions, calls))
    else:
        show_plan(found, questions, notes(questions), calls)


def draw_topology(planned: Plan, path: Path) -> None:
    """Draw the topology of a plan. Raises `BadScenario` where there is none to draw."""
    graph = planned.part.topology
    if graph is None:
        raise BadScenario(f"{planned.where}: has no topology to draw. Write one, as topology: ring.")
    if path.suffix == ".mmd":
        path.write_text(drawing.mermaid(graph), encoding="utf-8")
    else:
        drawing.picture(graph, path)


def ran(planned: Plan, out: Path | None, level: Level) -> Finished:
    """Run a plan, watched on standard error."""
    with progress(level) as watch:
        return finish(run_plan(planned, out or directory_of(planned), progress=watch))


def run(wanted: Wanted, out: Path | None, level: Level, *, as_json: bool) -> None:
    """Run a scenario and print its report."""
    finished = ran(wanted.plan(), out, level)
    if as_json:
        typer.echo(finished.report.model_dump_json(indent=2))
    else:
        show_report(finished.report, finished.directory)
    check_answered(finished)


def check_answered(finished: Finished) -> None:
    """Raise `BadScenario` if questions failed, so that the exit code says so."""
    samples = finished.comparison.rows[0].samples
    failed = [sample for sample in samples if sample.stop == "failed"]
    if failed:
        raise BadScenario(
            f"{len(failed)} of {len(samples)} questions failed and are unscored. The first: {failed[0].why}"
        )


def replay(directory: Path) -> None:
    """Replay a run and print the numbers of its events and samples. Raises `Divergence`."""
    done = finish(replay_run(directory))
    typer.echo(
        f"{directory}: {done.events} events replayed, 0 model calls, {done.samples} samples are the same byte for byte."
    )


def fork(directory: Path, event: int, text: str, out: Path) -> None:
    """Fork a run and print the new one's report."""
    planned = read_plan(directory)
    events = with_answer(list(read_trace(directory, planned)), event, text)
    with progress() as watch:
        finished = finish(fork_run(planned, events, out, progress=watch))
    show_report(finished.report, finished.directory)


def merge(  # noqa: PLR0913 - what the command line takes
    method: str, models: Sequence[Path], out: Path, base: Path | None, vocabulary: str, settings: Sequence[str]
) -> None:
    """Merge folders into a new folder."""
    from .running.merging import merge as merge_models  # with torch, which other commands do without

    merge_models(method, models, out, base=base, vocabulary=vocabulary, settings=settings)
    typer.echo(f"{method} of {len(models)} models: {out}")


def simulate(wanted: Wanted, out: Path | None, level: Level, export: Path | None, *, as_json: bool) -> None:
    """Run a simulation, print its conversations, and export them as chats."""
    plan = wanted.plan()
    check_simulates(plan)
    simulation = simulated(plan, ran(plan, out, level))
    if as_json:
        typer.echo(chats.as_json(simulation))
    else:
        show_conversations(simulation.conversations, simulation.finished)
    if export is not None:
        export_chats(export, simulation.conversations, quiet=as_json)
    check_answered(simulation.finished)


def export_chats(path: Path, conversations: Sequence[Conversation], *, quiet: bool) -> None:
    """Write conversations as chats and say how many."""
    written = chats.write_chats(path, conversations)
    missing = len(conversations) - written
    if not quiet:
        left_out = f", {missing} without a word of the assistant left out" if missing else ""
        typer.echo(f"{path}: {written} conversations{left_out}.")


def report(directories: Sequence[Path], *, plots: bool, as_json: bool) -> None:
    """Print the reports of runs, and draw their plots if they are wanted."""
    reports = [(read_report(directory), directory) for directory in directories]
    if plots:
        from .bench.run_pictures import draw_run  # which imports matplotlib

        for directory in directories:
            draw_run(directory)
    if as_json:
        typer.echo(json.dumps([one.model_dump() for one, _ in reports], indent=2))
        return
    for one, directory in reports:
        show_report(one, directory)


def train(wanted: Wanted, out: Path | None) -> None:
    """Train models by a training file and print their names."""
    directory, made = train_models(located(wanted.file), wanted.changes or [], out)
    typer.echo(f"{directory}: made {', '.join(made) or 'nothing, all was there'}.")


def new(kind: str, name: str, folder: Path) -> None:
    """Write the starting point of a plug-in."""
    for path in write_starting_point(kind, name, folder):
        typer.echo(f"wrote {path}")
    verb = "train" if kind == "trainer" else "run"
    test = "" if kind == SCENARIO else f"; pytest {folder / f'test_{name}.py'}"
    typer.echo(f"Try it: symposia {verb} {folder / name}.yaml{test}")
