"""From a plan to live teams: models are loaded here, once each, and teams are prepared, inner ones first."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple, TypeAlias, get_type_hints

from ...agents import Team
from ...agents.collective import Collective
from ...agents.context import Context
from ...agents.errors import BadScenario
from ...agents.load import capability
from ...agents.models.base import Scorer
from ...agents.objective import Objective
from ...evaluators.evaluator import AnswerBy, alone
from ..planning.plan import Part, Plan, answer_by, at

Load: TypeAlias = Callable[[str], Any]


class Built(NamedTuple):
    """A team as it is, the same team prepared, and how it answers."""

    members: Team[Any]
    prepared: Team[Any]
    answer: AnswerBy


async def build(plan: Plan, run: Context, load: Load, dev: Objective | None, path: str = "") -> Built:
    """The team at a path of the plan. Raises `BadScenario` if it has to be prepared and there is no dev split."""
    part = plan.parts[path]
    models: dict[str, Any] = {}
    for member in part.members:
        if isinstance(member.model, str):
            models[member.name] = load(at(member.model, plan.folder))
        else:
            models[member.name] = as_model(await build(plan, run, load, dev, f"{path}/{member.name}".lstrip("/")))
    personas = {member.name: member.persona for member in part.members if member.persona}
    team = Team(
        models, part.topology, replace(run, personas=personas), question="prepare" + (f"/{path}" if path else "")
    )
    return Built(team, await prepared(part, team, dev, plan.where), answer_by(part))


async def prepared(part: Part, team: Team[Any], dev: Objective | None, where: str) -> Team[Any]:
    """The team after `prepare`, or as it is where the protocol has none; `dev: Objective | None` may do without."""
    if "prepare" not in part.protocol.verbs:
        return team
    prepare = part.protocol.verbs["prepare"]
    if dev is None and get_type_hints(prepare)["dev"] is Objective:
        raise BadScenario(
            f"{where}: {part.protocol.name} is prepared on a dev split, and the task has none. Give it one."
        )
    options = part.protocol.for_verb("prepare", part.options)
    ready: Team[Any] = await prepare(team, dev, **options)
    return ready


async def reviewed(part: Part, built: Built, dev: Objective | None, test: Objective) -> dict[str, Any]:
    """The files, by name, that a protocol writes about its run when all is answered; none without a `review`."""
    if dev is None or "review" not in part.protocol.verbs:
        return {}
    team = built.members if built.prepared.learned is None else built.members.with_learned(built.prepared.learned)
    options = part.protocol.for_verb("review", part.options)
    found: dict[str, Any] = await part.protocol.verbs["review"](team, dev, test, **options)
    return found


def with_rivals(plan: Plan, members: Team[Any], load: Load) -> Team[Any]:
    """The members that can answer and the models that take no part, to be asked alone."""
    answering = members.only(
        member.name
        for member in plan.part.members
        if not isinstance(member.model, str) or capability(member.model) is not Scorer
    )
    rivals = {member.name: load(at(str(member.model), plan.folder)) for member in plan.scenario.against}
    personas = {member.name: member.persona for member in plan.scenario.against if member.persona}
    run = replace(members.context, personas={**members.context.personas, **personas})
    return Team({**answering.models, **rivals}, context=run, question=members.question)


def as_model(built: Built) -> Any:  # noqa: ANN401 - a model of any capability
    """A nested team in a model's place: what it merged, or what it answers."""
    if built.answer is alone:
        return next(iter(built.prepared.models.values()))
    return Collective(built.prepared, built.answer)
