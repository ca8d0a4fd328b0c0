"""Runs a scenario: plan, build, prepare, answer, compare, write. Resumes where a trace was left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

from ...agents.context import Context
from ...agents.errors import BadData, BadScenario, UnknownName
from ...agents.load import load_any as load_model
from ...agents.models.base import Approximation
from ...agents.replay import Memory
from ...agents.trace import Event, Trace, read
from ...evaluators import task
from ...evaluators.comparison import Comparison, add_baselines, compare
from ...evaluators.dev import Dev
from ...evaluators.evaluator import Evaluator, Progress, unwatched
from ...evaluators.task import Dropped, Items
from ..planning.plan import Plan, checked_task
from ..reporting.report import Report, report
from .build import Built, Load, build, reviewed, with_rivals
from .run_directory import TRACE, files, fingerprint, write, write_scenario

RUNS: Final = Path("runs")


class Finished(NamedTuple):
    """A finished run: where it is, what it says, and all of its samples."""

    directory: Path
    report: Report
    comparison: Comparison


class Questions(NamedTuple):
    """The items to report on, and the dev items to select by; `no_dev` says why there are none."""

    items: Items
    dev: Items
    no_dev: str | None = None


@dataclass(frozen=True)
class Job:
    """A plan, its questions, and where its models come from; told of every sample."""

    plan: Plan
    questions: Questions
    load: Load = load_model
    progress: Progress = unwatched

    @cached_property
    def evaluator(self) -> Evaluator:
        """How its questions are asked and graded."""
        scenario = self.plan.scenario
        return Evaluator(task.find(scenario.task.use), scenario.concurrency, self.progress)

    @cached_property
    def dev(self) -> Dev | None:
        """The dev split as an objective, if there is one."""
        return Dev(self.evaluator, self.questions.dev) if self.questions.dev else None

    async def built(self, shared: Context) -> Built:
        """The team, prepared; `shared` says where deliveries are written and what is remembered."""
        scenario = self.plan.scenario
        shared = replace(
            shared,
            seed=scenario.seed,
            sampling=scenario.sampling,
            budget=scenario.budget,
            deadline=scenario.deadline,
        )
        return await build(self.plan, shared, self.load, self.dev)

    async def compared(self, shared: Context) -> Comparison:
        """The comparison a scenario asks for."""
        scenario, items = self.plan.scenario, self.questions.items
        built = await self.built(shared)
        comparison = await compare(self.evaluator, built.prepared, built.answer, scenario.protocol.use, items)
        if scenario.baselines:
            rivals = with_rivals(self.plan, built.members, self.load)
            await add_baselines(comparison, self.evaluator, rivals, self.dev, items)
        test = Dev(self.evaluator, items, stage="review")
        comparison.files = await reviewed(self.plan.part, built, self.dev, test)
        comparison.notes += [*notes(self.questions), *approximated(shared.approximations)]
        return comparison

    async def finished(self, directory: Path, shared: Context) -> Finished:
        """Compare, report and write; the trace is kept whatever happens."""
        try:
            comparison = await self.compared(shared)
        finally:
            shared.trace.close()
        result = report(self.plan.where, self.plan.scenario, comparison)
        for name, text in files(result, comparison).items():
            write(directory / name, text)
        return Finished(directory, result, comparison)


def directory_of(plan: Plan) -> Path:
    """Where a run goes by default: the same scenario goes to the same place, and so is resumed."""
    return RUNS / f"{Path(plan.where).stem}-{fingerprint(plan.scenario)[:8]}"


async def run(plan: Plan, directory: Path, *, load: Load = load_model, progress: Progress = unwatched) -> Finished:
    """Run a scenario in a directory; what is in its trace already is not asked again."""
    job = Job(plan, questions_of(plan), load, progress)
    memory, trace = remembered(plan, directory)
    return await job.finished(directory, Context(trace=trace, memory=memory))


async def fork(
    plan: Plan, events: Sequence[Event], directory: Path, *, load: Load = load_model, progress: Progress = unwatched
) -> Finished:
    """Run a scenario in a new directory with the events of another run, one of which was edited.

    Calls that read the same are answered from them; what follows from the edit is asked again.
    """
    job = Job(plan, questions_of(plan), load, progress)
    memory, trace = remembered(plan, directory)
    if memory is not None:
        raise BadScenario(f"{directory}: holds a run. Fork into a new directory.")
    return await job.finished(directory, Context(trace=trace, memory=Memory(events, "fork")))


def remembered(plan: Plan, directory: Path) -> tuple[Memory | None, Trace]:
    """What an earlier run of the scenario left in its directory, and the trace to go on with."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / TRACE
    memory = Memory(read(path, cut=True)[1], "resume") if path.exists() else None
    trace = Trace(path, run=fingerprint(plan.scenario))
    write_scenario(directory, plan.scenario, plan.where, plan.folder)
    return memory, trace


def questions_of(plan: Plan) -> Questions:
    """The questions of a plan. Raises `BadData` for those to report on; a task may do without a dev split."""
    use = plan.scenario.task
    options: dict[str, Any] = checked_task(use, where=f"{plan.where}: task")
    if use.data is not None:
        options["data"] = use.data if use.data.startswith("hub:") else str(plan.folder / use.data)
    load = task.find(use.use).load
    items = load(split=use.split, limit=use.limit, seed=plan.scenario.seed, **options)
    try:
        return Questions(items, load(split="dev", limit=use.dev_limit, seed=plan.scenario.seed, **options))
    except (BadData, UnknownName) as error:
        return Questions(items, Items([]), no_dev=str(error))


def notes(questions: Questions) -> list[str]:
    """What a reader has to know about the questions."""
    found = [] if questions.no_dev is None else [f"No best single model could be chosen on dev: {questions.no_dev}"]
    return [*found, left_out(questions.items.dropped)] if questions.items.dropped else found


def approximated(found: Mapping[str, Approximation]) -> list[str]:
    """The note on each peer whose distributions did not come whole."""
    return [
        f"{name}: {one.count:,} of its distributions were rebuilt from its {one.top} likeliest tokens and the mass of "
        f"the rest. They are off by {one.mean:.2g} on average and by {one.worst:.2g} at most (total variation)."
        for name, one in sorted(found.items())
    ]


def left_out(dropped: Sequence[Dropped]) -> str:
    """The note on rows of the data that are no questions."""
    first = dropped[0]
    return f"{len(dropped)} rows of the data were left out. The first: {first.where}: {first.why}."
