"""The faults of a scenario: members that are made bad ones, and checks of the rest."""

from collections.abc import Mapping, Sequence

from ...agents.errors import BadScenario, UnknownName
from ...agents.faults import NETWORK, Faults
from ...agents.models.saboteur import Sabotaged
from .schema import Member, Nest, Scenario


def with_saboteurs(scenario: Scenario, *, where: str) -> Scenario:
    """The scenario with the models of its saboteurs written as `saboteur:KIND/URL`, and no other word of them.

    A member of a nested team is named by its path, as `pair/graphs`. Raises `UnknownName`, `BadScenario`.
    """
    faults = scenario.faults
    if faults is None or not faults.saboteurs:
        return scenario
    place = f"{where}: faults.saboteurs"
    left: dict[str, str] = dict(faults.saboteurs)
    team = made_bad(scenario.team, left, "", place)
    for name in left:
        raise UnknownName("agent", name, sorted(paths(scenario.team)), where=place)
    others = faults.model_copy(update={"saboteurs": {}})
    kept = others if others.on_wire or others.crash else None
    return scenario.model_copy(update={"team": team, "faults": kept})


def made_bad(team: Sequence[Member], left: dict[str, str], path: str, where: str) -> tuple[Member, ...]:
    """The members of a team, those made saboteurs that are named in `left`, from which they are taken."""
    found = []
    for member in team:
        own = f"{path}{member.name}"
        kind = left.pop(own, None)
        model = member.model
        if isinstance(model, Nest):
            if kind is not None:
                raise BadScenario(f"{where}: {own} is a team. Name one of its members: {own}/{model.team[0].name}.")
            model = model.model_copy(update={"team": made_bad(model.team, left, f"{own}/", where)})
        elif kind is not None:
            model = f"saboteur:{kind}/{model}"
        found.append(member.model_copy(update={"model": model}))
    return tuple(found)


def paths(team: Sequence[Member], path: str = "") -> list[str]:
    """The paths of all members that are no teams."""
    found: list[str] = []
    for one in team:
        own = f"{path}{one.name}"
        found += paths(one.model.team, f"{own}/") if isinstance(one.model, Nest) else [own]
    return found


def saboteurs_of(models: Mapping[str, str]) -> dict[str, str]:
    """The kinds of the saboteurs among models, by the path of their agent.

    >>> saboteurs_of({"amber": "pocket:base", "blue": "saboteur:lie/pocket:base"})
    {'blue': 'lie'}
    """
    bad = {path: url.partition(":")[2] for path, url in models.items() if url.startswith("saboteur:")}
    return {path: Sabotaged.parse(rest, name=path).kind for path, rest in bad.items()}


def check_faults(scenario: Scenario, members: Sequence[str], *, where: str) -> None:
    """Raise `UnknownName` for members that there are not, `BadScenario` for faults that mean nothing here."""
    faults, over = scenario.faults, scenario.runtime is not None
    if scenario.hedge is not None and not over:
        raise BadScenario(f"{where}: hedge: there is nobody else to ask. Name a runtime: mqtt://HOST.")
    for name in faults.members if faults is not None else ():
        if name not in members:
            raise UnknownName("agent", name, members, where=f"{where}: faults.members")
    wrong = None if faults is None else (meaningless if over else impossible)(faults, scenario.deadline)
    if wrong is not None:
        raise BadScenario(f"{where}: faults.{wrong}")


def meaningless(faults: Faults, deadline: float | None) -> str | None:
    """The fault that means nothing over a runtime, and what would; None if all do."""
    if faults.members and not faults.crash:
        return "members: messages over a runtime are everybody's. Leave it out, or give crash a share."
    return None


def impossible(faults: Faults, deadline: float | None) -> str | None:
    """The fault that there cannot be in one process, and what would be right; None if all can be."""
    for name in NETWORK:
        if getattr(faults, name):
            return f"{name}: calls of one process are not messages. Name a runtime: mqtt://HOST."
    if faults.drop and deadline is None:
        return "drop: a call without an answer would be waited for. Give a deadline: 10."
    return None
