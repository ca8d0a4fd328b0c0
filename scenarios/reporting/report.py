"""Reports of runs: all numbers are computed here, from samples."""

import platform
from collections.abc import Sequence
from html import escape
from importlib.metadata import PackageNotFoundError, version
from math import isfinite
from pathlib import Path
from typing import Any, Final

from pydantic import Field

from ...agents.accounting import Usage
from ...agents.frozen import Frozen, is_empty
from ...agents.notebook import table as html_table
from ...evaluators import metric
from ...evaluators.comparison import Comparison, ComparisonRow
from ...evaluators.control import ControlRow
from ...evaluators.grading import RANGE, range_of
from ...evaluators.saboteurs import SaboteurRow
from ...evaluators.sample import Sample
from ..planning.plan import Plan, grader_module
from .judges import JudgeRow, judge_rows
from .paired import PairedRow, against_best, noted
from .rows import ReportRow
from .tables import table
from .untrusted import excerpt

PACKAGES: Final = ("symposia", "torch", "transformers", "tokenizers", "litellm")


class Report(Frozen):
    """The content of `report.json`. `seconds` of a row is the mean wall time of a question.

    `comparisons` are those of the protocol with the best single model, alone and at equal cost; `judges` says how far
    the judges of a run can be trusted, and the scores of its grader; `busy` is the share of the protocol's wall time in
    which each device of this process ran a model; `control` is what calls that were shown answers score above the same
    calls without them.

    >>> from symposia.evaluators.sample import Sample
    >>> sample = Sample(id="1", question="2 + 2?", output="4", parsed="4", score=1.0)
    >>> row = report_row(ComparisonRow("amber", "single", [sample]), "accuracy", Path())
    >>> found = Report(scenario="s", protocol="p", task="t", seed=0, versions={}, rows=(row,), notes=())
    >>> [(row.name, row.value) for row in found.rows]
    [('amber', 1.0)]
    """

    scenario: str
    protocol: str
    task: str
    seed: int
    versions: dict[str, str]
    rows: tuple[ReportRow, ...]
    notes: tuple[str, ...]
    comparisons: tuple[PairedRow, ...] = Field(default=(), exclude_if=is_empty)
    judges: tuple[JudgeRow, ...] = Field(default=(), exclude_if=is_empty)
    busy: dict[str, float] = Field(default={}, exclude_if=is_empty)
    control: tuple[ControlRow, ...] = Field(default=(), exclude_if=is_empty)
    saboteurs: tuple[SaboteurRow, ...] = Field(default=(), exclude_if=is_empty)

    @property
    def work(self) -> list[str]:
        """A sentence for each device of this process: the share of the protocol's time in which it ran a model."""
        return [f"{name} ran a model for {share:.0%} of the protocol's time." for name, share in self.busy.items()]

    def _repr_html_(self) -> str:
        """The report as HTML for a notebook: a table and its notes."""
        header, *lines = table(self.rows)
        return html_table(header, lines) + "".join(f"<p>{escape(note)}</p>" for note in self.notes)


def report(plan: Plan, comparison: Comparison) -> Report:
    """The report of a comparison."""
    scenario = plan.scenario
    bounds = range_of(grader_module(scenario, plan.folder))
    found = against_best(comparison, bounds)
    return Report(
        scenario=plan.where,
        protocol=scenario.protocol.use,
        task=scenario.task.use,
        seed=scenario.seed,
        versions=versions(),
        rows=tuple(report_row(row, one, plan.folder, bounds) for row in comparison.rows for one in scenario.metrics),
        notes=(*comparison.notes, *noted(found, bounds), *unscored(comparison), *without_answer(comparison)),
        comparisons=tuple(found),
        judges=tuple(judge_rows(plan, comparison)),
        busy=comparison.busy,
        control=tuple(comparison.control),
        saboteurs=tuple(comparison.saboteurs),
    )


def report_row(row: ComparisonRow, name: str, folder: Path, bounds: tuple[float, float] = RANGE) -> ReportRow:
    """The row of a report for one metric of one system; a metric's file is relative to `folder`."""
    by = metric.find(name, folder=folder)
    estimate = metric.measured(by, row.samples, graded=bounds != RANGE)
    judged = sum((sample.judging for sample in row.samples if sample.judging is not None), Usage())
    costs = [sample.usage.cost for sample in row.samples if sample.usage.cost is not None]
    return ReportRow(
        name=row.name,
        kind=row.kind,
        metric=name,
        **dict(estimate),
        **(floor(by, row.samples, bounds) if estimate.unscored else {}),
        calls=sum(sample.usage.calls for sample in row.samples),
        prompt_tokens=sum(sample.usage.prompt_tokens for sample in row.samples),
        completion_tokens=sum(sample.usage.completion_tokens for sample in row.samples),
        seconds=round(sum(sample.seconds for sample in row.samples) / len(row.samples), 6),
        cost=sum(costs) if costs else None,
        judge_calls=judged.calls,
        judge_tokens=judged.prompt_tokens + judged.completion_tokens,
    )


def floor(by: metric.Metric, samples: Sequence[Sample], bounds: tuple[float, float]) -> dict[str, Any]:
    """The metric with the least score for every unscored sample; nothing where scores have no least one."""
    if not isfinite(bounds[0]):
        return {}
    failed = {"score": bounds[0], "why": None}
    every = [one if one.score is not None else one.model_copy(update=failed) for one in samples]
    found = metric.measured(by, every, graded=bounds != RANGE)
    return {"floor": found.value, "floor_low": found.low, "floor_high": found.high}


def unscored(comparison: Comparison) -> list[str]:
    """Notes on the protocol's unscored samples, with the first of each reason, or else of each kind of stop."""
    reasons: dict[str, list[str]] = {}
    for sample in comparison.rows[0].samples:
        if sample.why is not None:
            reasons.setdefault(sample.reason or sample.stop, []).append(sample.why)
    return [f"{len(whys)} unscored ({reason}): {whys[0]}" for reason, whys in reasons.items()]


def without_answer(comparison: Comparison) -> list[str]:
    """Notes on the replies in which no answer was found, which count as wrong: a line a system, with an example."""
    notes = []
    for row in comparison.rows:
        if row.kind in ("best_single", "oracle"):  # their samples are those of the singles
            continue
        found = [place for place, sample in enumerate(row.samples) if is_silent(sample)]
        if found:
            share = f"{len(found)} of {len(row.samples)} replies hold no answer and count as wrong"
            notes.append(f"{row.name}: {share}, for example {excerpt(row.samples[found[0]].output)}")
    return notes


def is_silent(sample: Sample) -> bool:
    """True for a scored reply that holds no answer."""
    return sample.score is not None and sample.parsed is None


def versions() -> dict[str, str]:
    """The installed versions of the packages that a run depends on."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
