"""A job: the questions of a plan, answered by its team and by its baselines, compared, reported and written."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from ...agents.context import Context
from ...agents.event import Event
from ...agents.loading import load_any as load_model
from ...agents.models.device_time import shares
from ...agents.replay import Memory
from ...agents.trace import Trace
from ...evaluators import grading, task
from ...evaluators.comparison import Comparison, add_baselines, compare
from ...evaluators.control import controlled, readings
from ...evaluators.dev import Dev
from ...evaluators.evaluator import Evaluator, Progress, unwatched
from ...evaluators.grading import grader_of
from ...evaluators.judging.controls import Control, controls
from ...evaluators.saboteurs import saboteur_rows
from ...evaluators.sample import Sample
from ...evaluators.task import Item
from ..planning.faults import saboteurs_of
from ..planning.plan import Plan, checked_grader, grader_module
from ..planning.stand_ins import place_in
from ..reporting.judges import judge_details
from ..reporting.report import Report, report
from .baselines import add_stand_ins
from .build import Built, Load, build, judges_of, reviewed, with_rivals
from .faults import notes_of
from .notes import approximated, left_out, proven, uncounted
from .questions import Questions, notes, rollouts
from .restoring import Keep
from .run_directory import TIMING, write_about, write_all


class Finished(NamedTuple):
    """A finished run: its directory, its report, and its samples.

    >>> from tempfile import TemporaryDirectory
    >>> from symposia import run
    >>> team = [{"name": "amber", "model": "pocket:base"}]
    >>> tiny = {"protocol": {"use": "text/majority_vote"}, "team": team, "task": {"use": "pocket"}, "baselines": False}
    >>> with TemporaryDirectory() as folder:
    ...     len(run(tiny, limit=1, out=folder).samples)
    1
    """

    directory: Path
    report: Report
    comparison: Comparison

    @property
    def samples(self) -> Sequence[Sample]:
        """The protocol's samples, in the order of the questions."""
        return self.comparison.rows[0].samples

    def _repr_html_(self) -> str:
        """The report as HTML for a notebook."""
        return self.report._repr_html_()


@dataclass(frozen=True)
class Job:
    """A plan, its questions, the context of its teams, the loader of its models, and a callback for every sample.

    >>> from symposia.scenarios.planning.plan import plan
    >>> from symposia.scenarios.planning.yaml_files import parse
    >>> from symposia.scenarios.planning.schema import Scenario
    >>> team = [{"name": "a", "model": "pocket:base"}]
    >>> data = {"protocol": {"use": "text/debate"}, "team": team, "task": {"use": "pocket"}}
    >>> tiny = plan(parse(Scenario, data, where="tiny.yaml"), where="tiny.yaml", folder=Path("."))
    >>> from symposia.scenarios.running.questions import questions_of
    >>> Job(tiny, questions_of(tiny), context_of(tiny)).context.seed
    0
    """

    plan: Plan
    questions: Questions
    context: Context
    load: Load = load_model
    progress: Progress = unwatched

    @cached_property
    def evaluator(self) -> Evaluator:
        """The evaluator of its questions."""
        scenario, folder = self.plan.scenario, self.plan.folder
        use = scenario.grader
        grader = None
        if use is not None:
            options = checked_grader(use, where=f"{self.plan.where}: grader", folder=folder)
            grader = grader_of(grading.find(use.use, folder=folder), options)
        judges = judges_of(self.plan, self.context, self.load)
        found = task.find(scenario.task.use, folder=folder)
        return Evaluator(found, scenario.concurrency, self.progress, grader, judges)

    @cached_property
    def dev(self) -> Dev | None:
        """The dev split as an objective, if there is one."""
        return Dev(self.evaluator, self.questions.dev) if self.questions.dev else None

    async def built(self, keep: Keep | None = None) -> Built:
        """Build and prepare the team; `keep` notes what was prepared."""
        return await build(self.plan, self.context, self.load, self.dev, keep=keep)

    async def compared(self) -> Comparison:
        """The comparison that the scenario asks for."""
        scenario, items = self.plan.scenario, self.questions.items
        built = await self.built()
        with shares() as busy:
            comparison = await compare(self.evaluator, built.prepared, built.answer, scenario.protocol.use, items)
        comparison.busy = busy
        self.add_saboteurs(comparison, items)
        if scenario.baselines:
            await self.add_baselines(comparison, built)
        if scenario.control is not None:
            await self.add_control(comparison, built, items[: scenario.control])
        test = Dev(self.evaluator, items, stage="review")
        comparison.files = await reviewed(self.plan.part, built, self.dev, test)
        comparison.controls = await self.controlled()
        comparison.judging = dict(self.evaluator.judging)
        comparison.files |= judge_details(self.plan, comparison)
        comparison.notes += [*notes_of(self.plan), *notes(self.questions), *rollouts(self.plan, self.questions)]
        comparison.notes += [*approximated(self.context.approximations), *proven(self.context.proofs)]
        comparison.notes += left_out(self.context.omitted)
        comparison.notes += uncounted(comparison)
        return comparison

    async def controlled(self) -> list[Control]:
        """The scores that judges give to control replies, for a grader that wants to know (`CONTROLS`)."""
        module = grader_module(self.plan.scenario, self.plan.folder)
        if self.evaluator.judges is None or not getattr(module, "CONTROLS", False):
            return []
        return await controls(self.evaluator, self.questions.items, grading.range_of(module)[0])

    def events(self, count: int) -> list[Sequence[Event]]:
        """The events of so many questions of the protocol's evaluation, by question."""
        names, memory = [f"test/{place}" for place in range(count)], self.context.memory
        # A replay appends nothing to its trace: what happened is in its memory.
        if memory is not None and memory.mode == "replay":
            return [list(memory.of(name)) for name in names]
        return [list(one) for one in self.context.trace.of(names).values()]

    def add_saboteurs(self, comparison: Comparison, items: Sequence[Item]) -> None:
        """Add how often the team said what each of its saboteurs did, where it has any."""
        names = {one.name for one in self.plan.part.members}
        urls = {name: url for name, url in self.plan.models().items() if name in names}
        bad = saboteurs_of(urls)
        if bad:
            found, samples = self.evaluator.task, comparison.rows[0].samples
            comparison.saboteurs = saboteur_rows(bad, found, items, samples, self.events(len(items)))
            comparison.notes += map(str, comparison.saboteurs)

    async def add_control(self, comparison: Comparison, built: Built, items: Sequence[Item]) -> None:
        """Ask again, without what it read, each call of these questions that was shown answers of others."""
        read = [list(readings(one)) for one in self.events(len(items))]
        comparison.control = await controlled(self.evaluator, built.members, items, read)
        comparison.notes += map(str, comparison.control)

    async def add_baselines(self, comparison: Comparison, built: Built) -> None:
        """Add the rows of what the protocol has to beat."""
        rivals, items = with_rivals(self.plan, built.members, self.load), self.questions.items
        place = place_in(self.plan)
        if place is None:
            await add_baselines(comparison, self.evaluator, rivals, self.dev, items, comparator=self.plan.rules)
        else:
            await add_stand_ins(comparison, self.evaluator, self.plan.part, place, rivals, items)

    async def finished(self, directory: Path) -> Finished:
        """Compare, report and write; the trace is kept on any error."""
        try:
            comparison = await self.compared()
        finally:
            self.context.trace.close()
            await self.context.host.stop()
        result = report(self.plan, comparison)
        write_all(directory, result, comparison)
        self.context.timings.append(directory / TIMING)
        events = len(self.context.trace)
        write_about(directory, self.plan, self.questions, events=events)
        return Finished(directory, result, comparison)


def context_of(plan: Plan, trace: Trace | None = None, memory: Memory | None = None) -> Context:
    """The context of a scenario's teams; deliveries go into the trace, by default one in memory."""
    scenario = plan.scenario
    return Context(
        seed=scenario.seed,
        sampling=scenario.sampling,
        budget=scenario.budget,
        deadline=scenario.deadline,
        trace=Trace() if trace is None else trace,
        memory=memory,
    )
