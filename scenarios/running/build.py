"""Builds the teams of a plan: loads each model once, and prepares teams, nested ones first."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeAlias, get_type_hints

from ...agents import Team
from ...agents.budget import Budget
from ...agents.collective import Collective
from ...agents.context import Context
from ...agents.errors import BadScenario
from ...agents.model_url import capability, in_folder
from ...agents.models.base import Resumable, Scorer
from ...agents.objective import Objective
from ...evaluators.evaluator import AnswerBy, alone
from ..planning.members import settings_of
from ..planning.parts import Part
from ..planning.plan import Plan, answer_by
from ..planning.prepared import check_prepared, read_prepared
from ..planning.schema import Member
from .restoring import Keep, restored

Load: TypeAlias = Callable[..., Any]
"""Loads the model at a URL, with the member's settings where the scenario has any."""


class Built(NamedTuple):
    """A team, the same team after `prepare`, and the function by which it answers.

    >>> from symposia.agents.models.absent import Absent
    >>> team = Team({"amber": Absent("amber")})
    >>> Built(team, team, alone).prepared.names
    ('amber',)
    """

    members: Team[Any]
    prepared: Team[Any]
    answer: AnswerBy


async def build(  # noqa: PLR0913 - what a team is built from, and who notes it
    plan: Plan, context: Context, load: Load, dev: Objective | None, path: str = "", keep: Keep | None = None
) -> Built:
    """The team at a path of the plan, prepared now or before; `keep` notes it, and all that are nested in it.

    Raises `BadScenario` if it has to be prepared and there is no dev split, or was prepared of others.
    """
    part = plan.parts[path]
    models: dict[str, Any] = {}
    for member in part.members:
        if isinstance(member.model, str):
            models[member.name] = resumed(loaded(member, plan, load), context, member.name, path)
        else:
            inner = f"{path}/{member.name}".lstrip("/")
            models[member.name] = as_model(await build(plan, context, load, dev, inner, keep))
    own = told(context, part.members)
    team = Team(models, part.topology, own, question="prepare" + (f"/{path}" if path else ""))
    if plan.scenario.prepared is None:
        ready = await prepared(part, team, dev, plan.where)
    else:
        directory = plan.folder / plan.scenario.prepared
        kept = read_prepared(directory, where=plan.where)
        found = check_prepared(kept, path, part, plan.folder, where=plan.where)
        ready = restored(team, found, directory, load, where=plan.where)
    if keep is not None:
        keep.note(path, part, team, ready)
    return Built(team, ready, answer_by(part))


def loaded(member: Member, plan: Plan, load: Load) -> Any:  # noqa: ANN401 - a model of any capability
    """Load the model of a member that is not a team."""
    url, settings = in_folder(str(member.model), plan.folder), settings_of(member)
    return load(url) if settings is None else load(url, settings)


def resumed(model: Any, context: Context, name: str, path: str = "", *, judging: bool = False) -> Any:  # noqa: ANN401
    """The model of an agent, which goes on where it was in the run that is resumed."""
    if isinstance(model, Resumable) and context.memory is not None and context.memory.mode == "resume":
        model.resume(context.memory.answers(name, path, judging=judging))
    return model


def told(context: Context, members: Sequence[Member]) -> Context:
    """The context with the personas and the sampling changes of these members, and those that are shown no images."""
    return replace(
        context,
        personas={member.name: member.persona for member in members if member.persona},
        samplings={member.name: member.sampling.changes() for member in members if member.sampling},
        blind=frozenset(member.name for member in members if member.blind),
    )


async def prepared(part: Part, team: Team[Any], dev: Objective | None, where: str) -> Team[Any]:
    """The team after `prepare`; unchanged without one. Raises `BadScenario` for a missing dev split that it needs."""
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
    """The files, by name, that the protocol's `review` returns after the last answer; none without a `review`."""
    if dev is None or "review" not in part.protocol.verbs:
        return {}
    learned = built.prepared.learned
    team = built.members if learned is None else built.members.with_learned(learned)
    options = part.protocol.for_verb("review", part.options)
    found: dict[str, Any] = await part.protocol.verbs["review"](team, dev, test, **options)
    return found


def with_rivals(plan: Plan, members: Team[Any], load: Load) -> Team[Any]:
    """The members that can answer, and the models in `against`, as baselines."""
    answering = members.only(
        member.name
        for member in plan.part.members
        if not isinstance(member.model, str) or capability(in_folder(member.model, plan.folder)) is not Scorer
    )
    context = told(members.context, [*plan.part.members, *plan.scenario.against])
    rivals = {one.name: resumed(loaded(one, plan, load), context, one.name) for one in plan.scenario.against}
    return Team({**answering.models, **rivals}, context=context, question=members.question)


def judges_of(plan: Plan, context: Context, load: Load) -> Team[Any] | None:
    """The team of judges, None where a scenario names none. Its calls are outside of the questions' budgets."""
    members = plan.scenario.judges
    if not members:
        return None
    models = {one.name: resumed(loaded(one, plan, load), context, one.name, judging=True) for one in members}
    return Team(models, context=replace(told(context, members), budget=Budget()), question="judges")


def as_model(built: Built) -> Any:  # noqa: ANN401 - a model of any capability
    """A nested team as a model: the model it merged, or a `Collective`."""
    if built.answer is alone:
        return next(iter(built.prepared.models.values()))
    return Collective(built.prepared, built.answer)
