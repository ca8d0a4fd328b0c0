"""Builds training data by a scenario: conversations with rewarded candidates, and the sets made of them."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from ...agents.errors import BadScenario
from ...agents.loading import load_any as load_model
from ...agents.message import Ask
from ...agents.models.device_time import shares
from ...evaluators import task
from ...evaluators.evaluator import Progress, unwatched
from ...evaluators.multiturn.futures import Futures
from ...evaluators.multiturn.metrics import Metrics
from ...evaluators.multiturn.rewarding import Rewarding
from ...trainers.multiturn.dialogue import Dialogue
from ...trainers.multiturn.engine import Engine
from ...trainers.multiturn.files import write_sets
from ..planning.plan import Plan
from .begun import as_begun
from .borrowed import borrowing
from .build import Load
from .faults import injected
from .job import Job, context_of
from .lock import locked
from .questions import Questions, questions_of
from .run import remembered
from .run_directory import write_about


class DataBuilt(NamedTuple):
    """Built conversations, the directory of their sets, and the number of rows by file.

    >>> DataBuilt([], Path("runs/data"), {}, {}).dialogues
    []
    """

    dialogues: list[Dialogue]
    directory: Path
    written: dict[str, int]
    busy: Mapping[str, float]


async def build_data(
    plan: Plan, directory: Path, *, load: Load = load_model, progress: Progress = unwatched
) -> DataBuilt:
    """Build data in a directory; calls that are in its trace are not made again.

    Raises `BadScenario` for a scenario without `build`.
    """
    if plan.scenario.build is None:
        raise BadScenario(
            f"{plan.where}: no build. Say what conversations are scored by: build: {{metrics: [{{use: task}}]}}."
        )
    questions, asked = questions_of(plan), plan
    with locked(directory):
        plan = as_begun(plan, directory)
        memory, trace = remembered(plan, directory, questions)
        async with borrowing(asked, load) as loading:
            job = Job(plan, questions, injected(context_of(plan, trace, memory), plan), loading, progress)
            return await built_in(directory, job, questions)


async def built_in(directory: Path, job: Job, questions: Questions) -> DataBuilt:
    """Build the conversations of a job's questions and write the sets; the trace is kept on any error."""
    use = job.plan.scenario.build
    assert use is not None
    try:
        engine = await engine_of(job)
        with shares() as busy:
            dialogues = await engine(questions.items)
    finally:
        job.context.trace.close()
        await job.context.host.stop()
    written = write_sets(directory, dialogues, system=use.system or None, minimum_gap=use.minimum_gap)
    write_about(directory, job.plan, questions, events=len(job.context.trace))
    return DataBuilt(dialogues, directory, written, busy)


async def engine_of(job: Job) -> Engine:
    """The engine that a scenario describes."""
    scenario = job.plan.scenario
    use = scenario.build
    assert use is not None
    built = await job.built()
    options: Any = job.plan.part.protocol.options(**job.plan.part.options)
    futures = Futures(
        built.prepared,
        replace(options.roles(Ask(text="")), form=""),
        count=use.futures,
        messages=2 * use.window,
        concurrency=max(256, scenario.concurrency),
    )
    metrics = Metrics(use.metrics, task.find(scenario.task.use, folder=job.plan.folder), job.evaluator.judges)
    return Engine(Rewarding(futures, metrics, metrics.weights, use.setting), use, scenario.concurrency)
