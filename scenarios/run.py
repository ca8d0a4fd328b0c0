"""Runs a scenario: plan, build, prepare, answer, compare, write. Resumes where a trace was left."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple

from ..agents.errors import BadData, BadScenario, UnknownName
from ..agents.models.load import load as load_model
from ..agents.replay import Memory
from ..agents.run import Run
from ..agents.trace import Event, Trace, read
from ..evaluators import task
from ..evaluators.compare import Comparison, add_baselines, compare
from ..evaluators.dev import Dev
from ..evaluators.run import Evaluator, Progress, unwatched
from ..evaluators.task import Dropped, Items
from .build import Load, build
from .directory import TRACE, files, fingerprint, write, write_scenario
from .plan import Plan, checked_task
from .report import Report, report

RUNS: Final = Path("runs")


class Finished(NamedTuple):
    """A finished run: where it is, what it says, and all of its samples."""

    directory: Path
    report: Report
    comparison: Comparison


class Questions(NamedTuple):
    """The items to report on, and the dev items to select by: none where the task has no dev split."""

    items: Items
    dev: Items


def directory_of(plan: Plan) -> Path:
    """Where a run goes by default: the same scenario goes to the same place, and so is resumed."""
    return RUNS / f"{Path(plan.where).stem}-{fingerprint(plan.scenario)[:8]}"


async def run(plan: Plan, directory: Path, *, load: Load = load_model, progress: Progress = unwatched) -> Finished:
    """Run a scenario in a directory; what is in its trace already is not asked again."""
    questions = items_of(plan)
    memory, trace = remembered(plan, directory)
    return await finish(plan, directory, questions, Run(trace=trace, memory=memory), load, progress)


async def fork(
    plan: Plan, events: Sequence[Event], directory: Path, *, load: Load = load_model, progress: Progress = unwatched
) -> Finished:
    """Run a scenario in a new directory with the events of another run, one of which was edited.

    Calls that read the same are answered from them; what follows from the edit is asked again.
    """
    if (directory / TRACE).exists():
        raise BadScenario(f"{directory}: holds a run. Fork into a new directory.")
    questions = items_of(plan)
    _, trace = remembered(plan, directory)
    return await finish(plan, directory, questions, Run(trace=trace, memory=Memory(events, "fork")), load, progress)


async def finish(
    plan: Plan, directory: Path, questions: Questions, shared: Run, load: Load, progress: Progress
) -> Finished:
    """Compare, report and write; the trace is kept whatever happens."""
    try:
        comparison = await compared(plan, questions, shared, load, progress)
    finally:
        shared.trace.close()
    result = report(plan.where, plan.scenario, comparison)
    for name, text in files(result, comparison).items():
        write(directory / name, text)
    return Finished(directory, result, comparison)


def remembered(plan: Plan, directory: Path) -> tuple[Memory | None, Trace]:
    """What an earlier run of the scenario left in its directory, and the trace to go on with."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / TRACE
    memory = Memory(read(path, cut=True)[1], "resume") if path.exists() else None
    trace = Trace(path, run=fingerprint(plan.scenario))
    write_scenario(directory, plan.scenario, plan.where, plan.folder)
    return memory, trace


async def compared(plan: Plan, questions: Questions, shared: Run, load: Load, progress: Progress) -> Comparison:
    """The comparison a scenario asks for; `shared` says where deliveries are written and what is remembered."""
    scenario = plan.scenario
    evaluator = Evaluator(task.find(scenario.task.use), scenario.concurrency, progress)
    dev = Dev(evaluator, questions.dev) if questions.dev else None
    shared = replace(
        shared,
        seed=scenario.seed,
        sampling=scenario.sampling,
        budget=scenario.budget,
        deadline=scenario.deadline,
    )
    built = await build(plan, shared, load, dev)
    comparison = await compare(evaluator, built.prepared, built.answer, scenario.protocol.use, questions.items)
    comparison.notes += [left_out(questions.items.dropped)] if questions.items.dropped else []
    if scenario.baselines:
        await add_baselines(comparison, evaluator, built.members, dev, questions.items)
    return comparison


def items_of(plan: Plan) -> Questions:
    """The questions of a plan. Raises `BadData`."""
    use = plan.scenario.task
    options: dict[str, Any] = checked_task(use, where=f"{plan.where}: task")
    if use.data is not None:
        options["data"] = use.data if use.data.startswith("hub:") else str(plan.folder / use.data)
    load = task.find(use.use).load
    items = load(split=use.split, limit=use.limit, seed=plan.scenario.seed, **options)
    try:
        return Questions(items, load(split="dev", limit=use.dev_limit, seed=plan.scenario.seed, **options))
    except (BadData, UnknownName):
        return Questions(items, Items([]))


def left_out(dropped: Sequence[Dropped]) -> str:
    """The note on rows of the data that are no questions."""
    first = dropped[0]
    return f"{len(dropped)} rows of the data were left out. The first: {first.where}: {first.why}."
