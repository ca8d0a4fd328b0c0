"""The section of reports on judges: who they are, how reliable, what they give to control replies, and their scores."""

from collections.abc import Sequence
from inspect import isclass
from typing import Any, Final, NamedTuple

from ...agents import Prompt
from ...agents.accounting import Usage
from ...agents.frozen import Frozen
from ...agents.tags import tag_of
from ...evaluators.comparison import Comparison
from ...evaluators.grading import needs_judges, range_of
from ...evaluators.judging.controls import Control
from ...evaluators.judging.facts import Fact
from ...evaluators.judging.families import related
from ...evaluators.judging.reliability import reliability, spent
from ..planning.plan import Plan, grader_module

JUDGE: Final = "judge"
SYSTEMS: Final = ("protocol", "single", "equal_budget")
"""The kinds of rows whose samples are their own."""


class JudgeRow(Frozen):
    """A line on judges: what it is of (the judge, a control, or a team), its name, and its value as text.

    >>> JudgeRow(of="judge", name="ties", value="12.0 %").value
    '12.0 %'
    """

    of: str
    name: str
    value: str


class Asked(NamedTuple):
    """A judge of a scenario by name, with the URL of its model.

    >>> Asked("ann", "pocket:judge").url
    'pocket:judge'
    """

    name: str
    url: str


def judge_rows(plan: Plan, comparison: Comparison) -> list[JudgeRow]:
    """The section on judges of a run's report; empty where none are asked."""
    module = grader_module(plan.scenario, plan.folder)
    if not plan.scenario.judges or not needs_judges(module):
        return []
    shown = [row for row in comparison.rows if row.kind in SYSTEMS]
    everything = [sample for row in shown for sample in row.samples]
    facts = [*identity(plan, module), *reliability(everything, range_of(module))]
    found = [JudgeRow(of=JUDGE, **fact._asdict()) for fact in (*facts, *controlled(comparison.controls))]
    if hasattr(module, "summary"):
        found += [JudgeRow(of=row.name, **fact._asdict()) for row in shown for fact in module.summary(row.samples)]
    return found


def judge_details(plan: Plan, comparison: Comparison) -> dict[str, Any]:
    """The file with a grader's details, by its name: facts by name, by system. Empty for a grader without any."""
    module = grader_module(plan.scenario, plan.folder)
    if not hasattr(module, "details"):
        return {}
    shown = [row for row in comparison.rows if row.kind in SYSTEMS]
    return {"judges.json": {f"{row.name} ({row.kind})": dict(module.details(row.samples)) for row in shown}}


def identity(plan: Plan, module: Any) -> list[Fact]:  # noqa: ANN401 - a grader
    """The identity of the judges: their models, their prompts, and members of their families."""
    judges = [Asked(one.name, str(one.model)) for one in plan.scenario.judges]
    members = {name: url for name, url in plan.models().items() if name not in {judge.name for judge in judges}}
    kin = {judge.name: related(judge.url, members) for judge in judges}
    flagged = "; ".join(f"{name}: {', '.join(names)}" for name, names in kin.items() if names)
    return [
        Fact("model", ", ".join(f"{judge.name} ({judge.url})" for judge in judges)),
        Fact("prompts", ", ".join(prompts(module)) or "none of its own"),
        Fact("same family", f"FLAGGED, it may favour them: {flagged}" if flagged else "no member of the team is"),
    ]


def prompts(module: Any) -> list[str]:  # noqa: ANN401 - a grader
    """The tags, with their versions, of the prompts that a grader defines."""
    own = [thing for thing in vars(module).values() if isclass(thing) and issubclass(thing, Prompt)]
    return sorted(tag_of(one) for one in own if one.__module__ == module.__name__)


def controlled(controls: Sequence[Control]) -> list[Fact]:
    """What the judge gave to control replies, flagged where that is more than the least score, and its cost."""
    if not controls:
        return []
    found = [
        Fact(f"control: {one.name}", f"{'FLAGGED, ' if one.fools else ''}{', '.join(map(given, one.scores))}")
        for one in controls
    ]
    fooled = [one.name for one in controls if one.fools]
    verdict = f"FLAGGED: {', '.join(fooled)} got more than {controls[0].floor:g}" if fooled else "all at the floor"
    usage = sum((one.usage for one in controls), Usage())
    return [*found, Fact("controls", verdict), Fact("cost of the controls", spent(usage))]


def given(score: float | None) -> str:
    """A score as text."""
    return "unscored" if score is None else f"{score:g}"
