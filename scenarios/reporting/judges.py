"""The section of reports on judges: who they are, how reliable, what they give to control replies, and their scores."""

from collections.abc import Mapping, Sequence
from inspect import isclass
from typing import Any, Final, NamedTuple

from ...agents import Prompt
from ...agents.accounting import Usage
from ...agents.frozen import Frozen
from ...agents.tags import tag_of
from ...evaluators.comparison import Comparison, ComparisonRow
from ...evaluators.grading import needs_judges, range_of
from ...evaluators.judging.controls import Control
from ...evaluators.judging.facts import Fact, number
from ...evaluators.judging.families import related, self_preference
from ...evaluators.judging.reliability import reliability, spent
from ...evaluators.statistics.intervals import Interval
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
    shown, bounds = judged_once(comparison), range_of(module)
    everything = [sample for row in shown for sample in row.samples]
    facts = [*identity(plan, module), *reliability(everything, bounds), *preferences(plan, comparison, bounds)]
    facts += controlled(comparison.controls)
    found = [JudgeRow(of=JUDGE, **fact._asdict()) for fact in (*facts, *costs(comparison.judging))]
    if hasattr(module, "summary"):
        found += [JudgeRow(of=row.name, **fact._asdict()) for row in shown for fact in module.summary(row.samples)]
    return found


def judge_details(plan: Plan, comparison: Comparison) -> dict[str, Any]:
    """The file with a grader's details, by its name: facts by name, by system. Empty for a grader without any."""
    module = grader_module(plan.scenario, plan.folder)
    if not hasattr(module, "details"):
        return {}
    shown = judged_once(comparison)
    return {"judges.json": {f"{row.name} ({row.kind})": dict(module.details(row.samples)) for row in shown}}


def judged_once(comparison: Comparison) -> list[ComparisonRow]:
    """The rows whose samples were judged, each sample once: a model at equal tokens may be the model's own row."""
    rows = [row for row in comparison.rows if row.kind in SYSTEMS]
    return list({id(row.samples): row for row in reversed(rows)}.values())[::-1]


def costs(judging: Mapping[str, Usage]) -> list[Fact]:
    """The cost of judging on dev, which is in no row of the table, and of all judging, from the usage by stage.

    >>> [fact.name for fact in costs({"test": Usage(calls=2), "dev": Usage(calls=1)})]
    ['cost on dev', 'cost of all judging']
    """
    found = [Fact("cost on dev", spent(judging["dev"]))] if "dev" in judging else []
    return [*found, Fact("cost of all judging", spent(sum(judging.values(), Usage())))] if judging else []


def identity(plan: Plan, module: Any) -> list[Fact]:  # noqa: ANN401 - a grader
    """The identity of the judges: their models, their prompts, and members of their families."""
    judges = [Asked(one.name, str(one.model)) for one in plan.scenario.judges]
    kin = families(plan)
    flagged = "; ".join(f"{name}: {', '.join(names)}" for name, names in kin.items() if names)
    return [
        Fact("model", ", ".join(f"{judge.name} ({judge.url})" for judge in judges)),
        Fact("prompts", ", ".join(prompts(module)) or "none of its own"),
        Fact("same family", f"FLAGGED, it may favour them: {flagged}" if flagged else "no member of the team is"),
    ]


def families(plan: Plan) -> dict[str, list[str]]:
    """The members of the team that are of each judge's family, by the judge's name."""
    judges = {one.name: str(one.model) for one in plan.scenario.judges}
    members = {name: url for name, url in plan.models().items() if name not in judges}
    return {name: related(url, members) for name, url in judges.items()}


def preferences(plan: Plan, comparison: Comparison, bounds: tuple[float, float]) -> list[Fact]:
    """The score that each judge gives to single models of its own family beyond that of the others."""
    singles = {row.name: row.samples for row in comparison.rows if row.kind == "single"}
    found = []
    for judge, kin in families(plan).items():
        own = [samples for name, samples in singles.items() if name in kin]
        others = [samples for name, samples in singles.items() if name not in kin]
        gap = self_preference(judge, own, others, bounds) if own and others else Interval(None, None, None)
        said = "none: it did not judge single models of its family and of another"
        if gap.value is not None:
            said = f"{number(gap)} of the range of scores, with what the models differ in quality"
        found.append(Fact(f"self-preference of {judge}", said))
    return found


def prompts(module: Any) -> list[str]:  # noqa: ANN401 - a grader
    """The tags, with their versions, of the prompts that a grader defines."""
    own = [thing for thing in vars(module).values() if isclass(thing) and issubclass(thing, Prompt)]
    return sorted(tag_of(one) for one in own if one.__module__ == module.__name__)


def controlled(controls: Sequence[Control]) -> list[Fact]:
    """The scores of control replies, flagged where that is more than the least score, and its cost."""
    if not controls:
        return []
    found = [
        Fact(f"control: {one.name}", f"{'FLAGGED, ' if one.fools else ''}{', '.join(map(given, one.scores))}")
        for one in controls
    ]
    usage = sum((one.usage for one in controls), Usage())
    return [*found, Fact("controls", fooled_by(controls)), Fact("cost of the controls", spent(usage))]


def fooled_by(controls: Sequence[Control]) -> str:
    """The controls that got more than the least score, and those that the judge scored in no question."""
    fooled = [one.name for one in controls if one.fools]
    lost = [one.name for one in controls if all(score is None for score in one.scores)]
    if len(lost) == len(controls):
        return "none was scored"
    said = "those that were scored are at the floor" if lost else "all at the floor"
    if fooled:
        said = f"FLAGGED: {', '.join(fooled)} got more than {controls[0].floor:g}"
    return f"{said}; unscored: {', '.join(lost)}" if lost else said


def given(score: float | None) -> str:
    """A score as text."""
    return "unscored" if score is None else f"{score:g}"
