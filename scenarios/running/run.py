"""Runs a plan in a directory. A run that was stopped resumes from its trace."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from ...agents.answer_store import AnswerStore
from ...agents.errors import BadScenario
from ...agents.event import Event
from ...agents.loading import load_any as load_model
from ...agents.replay import Memory
from ...agents.trace import SCHEMA, Trace
from ...agents.trace_index import TraceIndex
from ...evaluators.evaluator import Progress, unwatched
from ..planning.plan import Plan
from .begun import as_begun
from .borrowed import borrowing
from .build import Load
from .faults import injected
from .job import Finished, Job, context_of
from .lock import locked
from .questions import Questions, check_apart, questions_of
from .run_directory import TRACE, check_questions, fingerprint, write_about, write_scenario

RUNS: Final = Path("runs")


def directory_of(plan: Plan) -> Path:
    """The default run directory, the same for the same scenario, so that it is resumed."""
    return RUNS / f"{Path(plan.where).stem}-{fingerprint(plan)[:8]}"


async def run(
    plan: Plan,
    directory: Path,
    *,
    load: Load = load_model,
    progress: Progress = unwatched,
    answers: AnswerStore | None = None,
) -> Finished:
    """Run a scenario in a directory; calls that are in its trace, or in a store of `answers`, are not made again."""
    questions, asked = questions_of(plan), plan
    with locked(directory):
        plan = as_begun(plan, directory)
        if not (directory / TRACE).exists():
            check_apart(plan, questions)
        memory, trace = remembered(plan, directory, questions)
        context = replace(injected(context_of(plan, trace, memory), plan), answers=answers)
        async with borrowing(asked, load) as loading:
            return await Job(plan, questions, context, loading, progress).finished(directory)


async def fork(
    plan: Plan,
    events: Sequence[Event],
    directory: Path,
    *,
    load: Load = load_model,
    progress: Progress = unwatched,
) -> Finished:
    """Run a scenario in a new directory with the events of another run, one of which was edited.

    Calls that are unchanged are answered from them; those that follow from the edit are made again.
    """
    questions = questions_of(plan)
    with locked(directory):
        if (directory / TRACE).exists():
            raise BadScenario(f"{directory}: holds a run. Fork into a new directory.")
        _, trace = remembered(plan, directory, questions)
        context = injected(context_of(plan, trace, Memory(events, "fork")), plan)
        async with borrowing(plan, load) as loading:
            return await Job(plan, questions, context, loading, progress).finished(directory)


def remembered(plan: Plan, directory: Path, questions: Questions) -> tuple[Memory | None, Trace]:
    """The memory of an earlier run in this directory, if any, and the trace to append to.

    Raises `BadScenario` for the run of another scenario, or of other questions.
    """
    path = directory / TRACE
    known = TraceIndex(path, cut=True) if path.exists() else None
    if known and known.header["run"] != fingerprint(plan):
        raise BadScenario(f"{directory}: holds the run of another scenario. Give this one another directory: --out.")
    if known:
        check_questions(directory, plan, questions)
    memory = Memory(resumable(known), "resume") if known else None
    trace = Trace(path, run=fingerprint(plan), known=known)
    write_scenario(directory, plan)
    write_about(directory, plan, questions)
    return memory, trace


def resumable(known: TraceIndex) -> TraceIndex | list[Event]:
    """The events of a trace that is gone on with: in memory for one of an older schema, whose file is rewritten."""
    return known if known.header["trace"] == SCHEMA else list(known)
