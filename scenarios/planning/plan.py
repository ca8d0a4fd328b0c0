"""Plans of scenarios: every name looked up, every option typed, every capability compared; nothing loaded.

Errors of a scenario are found here, before a model is read or a call is made.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from ...agents.errors import BadScenario, Twice
from ...evaluators import grading, metric, task
from ...evaluators.evaluator import AnswerBy, alone
from .building import building_asks, checked_building
from .code import Code, code_of
from .faults import check_faults, with_saboteurs
from .members import check_model, check_names
from .option_values import checked_options, options_of
from .parts import Part, checked_parts
from .prepared import check_prepared, read_prepared
from .schema import Member, Nest, Scenario, TaskUse, Use

GIVEN_BY_US = ("split", "limit", "data", "seed")
"""Parameters of a task's `load` that are not options of the task."""


RULES: Final = 2
"""The rules that a new run is made by; see `rules`."""


@dataclass(frozen=True)
class Plan:
    """A checked scenario. `parts` holds the outermost team under "" and nested ones by their path.

    `code` is the plug-in code that it runs, `rules` the number of the rules that it follows.

    >>> from symposia.scenarios.planning.yaml_files import parse
    >>> team = [{"name": "a", "model": "pocket:base"}]
    >>> data = {"protocol": {"use": "text/debate"}, "team": team, "task": {"use": "pocket"}}
    >>> plan(parse(Scenario, data, where="tiny.yaml"), where="tiny.yaml", folder=Path(".")).models()
    {'a': 'pocket:base'}
    """

    scenario: Scenario
    where: str
    folder: Path
    parts: Mapping[str, Part]
    code: tuple[Code, ...] = ()
    rules: int = RULES

    @property
    def part(self) -> Part:
        """The outermost team."""
        return self.parts[""]

    def members(self) -> dict[str, Member]:
        """All members, those to compare with and the judges, by the path of their agent, as `pair/graphs`."""
        members = [(path, member) for path, part in self.parts.items() for member in part.members]
        others = [("", member) for member in (*self.scenario.against, *self.scenario.judges)]
        return {f"{path}/{member.name}".lstrip("/"): member for path, member in (*members, *others)}

    def models(self) -> dict[str, str]:
        """The URLs of all models, by the path of their agent."""
        return {path: member.model for path, member in self.members().items() if isinstance(member.model, str)}


def plan(scenario: Scenario, *, where: str, folder: Path, replayed: bool = False) -> Plan:
    """Check a scenario. `where` begins error messages, its files are relative to `folder`.

    With `replayed`, or where workers have them, its models need not exist here.
    """
    scenario = with_saboteurs(scenario, where=where)
    models = None if replayed or scenario.runtime else folder
    outer = Nest(protocol=scenario.protocol, team=scenario.team, topology=scenario.topology)
    parts = dict(checked_parts(outer, "", where, folder, models))
    check_temperature(scenario, parts[""], where)
    check_outsiders(scenario, where, models)
    checked_task(scenario.task, where=f"{where}: task", folder=folder)
    if scenario.grader is not None:
        checked_grader(scenario.grader, where=f"{where}: grader", folder=folder)
    checked_building(scenario, where, folder)
    check_judges(scenario, where, folder)
    if scenario.prepared is not None:
        kept = read_prepared(folder / scenario.prepared, where=where)
        for path, part in parts.items():
            check_prepared(kept, path, part, folder, where=where)
    for name in scenario.metrics:
        metric.find(name, where=f"{where}: metrics", folder=folder)
    if len(set(scenario.metrics)) < len(scenario.metrics):
        raise Twice("metric", scenario.metrics, where=f"{where}: metrics")
    found = Plan(scenario, where, folder, parts, tuple(code_of(scenario, parts, folder)))
    check_faults(scenario, list(found.members()), where=where)
    return found


def check_temperature(scenario: Scenario, part: Part, where: str) -> None:
    """Raise `BadScenario` for a protocol that draws tokens at temperature 0. A nested one may be asked at another."""
    if part.protocol.draws and scenario.sampling.temperature == 0:
        raise BadScenario(
            f"{where}: {part.protocol.name} draws its tokens, and temperature 0 draws none. "
            "Give sampling: {temperature: 1}."
        )


def check_outsiders(scenario: Scenario, where: str, folder: Path | None) -> None:
    """Check the models in `against` and the judges. Raises `Twice`, `BadScenario`, and the errors of loading."""
    check_names([*scenario.team, *scenario.against], where=f"{where}: against")
    check_names(scenario.judges, where=f"{where}: judges")
    for key, members in (("against", scenario.against), ("judges", scenario.judges)):
        for member in members:
            if isinstance(member.model, Nest):
                raise BadScenario(f"{where}: {key}: {member.name} is a team. Name a single model, by its URL.")
            check_model(member, where=where, folder=folder)


def check_judges(scenario: Scenario, where: str, folder: Path) -> None:
    """Raise `BadScenario` where grading asks judges and there are none, or there are some that it does not ask."""
    use = scenario.grader or scenario.task
    module = grader_module(scenario, folder)
    asks = grading.needs_judges(module) or building_asks(scenario, folder)
    if asks and not scenario.judges:
        raise BadScenario(f"{where}: {use.use} asks judges. Name one: judges: [{{name: judge, model: pocket:judge}}].")
    if scenario.judges and not asks:
        raise BadScenario(f"{where}: judges: {use.use} asks none. Leave them out, or use a grader that does: correct.")


def grader_module(scenario: Scenario, folder: Path) -> Any:  # noqa: ANN401 - a task or a grader
    """The module that grades: the scenario's grader, or its task."""
    if scenario.grader is not None:
        return grading.find(scenario.grader.use, folder=folder)
    return task.find(scenario.task.use, folder=folder)


def checked_task(use: TaskUse, *, where: str, folder: Path) -> dict[str, Any]:
    """The options of the task's `load`. Raises `UnknownName` or `BadScenario`."""
    load = task.find(use.use, where=where, folder=folder).load
    known = options_of(load, without=GIVEN_BY_US)
    return checked_options(known, use.options, kind=f"option of {use.use}", where=f"{where}.options")


def checked_grader(use: Use, *, where: str, folder: Path) -> dict[str, Any]:
    """The options of a grader. Raises `UnknownName` or `BadScenario`."""
    known = options_of(grading.find(use.use, where=where, folder=folder).grade)
    return checked_options(known, use.options, kind=f"option of {use.use}", where=f"{where}.options")


def answer_by(part: Part) -> AnswerBy:
    """The protocol's `answer` with its options; `alone` for one that only prepares, which leaves a single model."""
    if "answer" not in part.protocol.verbs:
        return alone
    answer: AnswerBy = partial(part.protocol.verbs["answer"], **part.protocol.for_verb("answer", part.options))
    return answer
