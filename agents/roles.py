"""Roles of a member beside its own: further agents of a team that are told and sampled as the member."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .errors import BadScenario
from .team import Team


def with_roles(team: Team[Any], models: Mapping[str, Any], roles: Mapping[str, str]) -> Team[Any]:
    """A team of these models in the same run; `roles` says whose persona and sampling a new name has.

    >>> from symposia.agents.context import Context
    >>> from symposia.agents.models.scripted import Scripted
    >>> team = Team({"amber": Scripted("4")}, context=Context(personas={"amber": "Be brief."}))
    >>> with_roles(team, {**team.models, "critic": Scripted("5")}, {"critic": "amber"}).context.personas["critic"]
    'Be brief.'
    """
    own = team.context

    def also(known: Mapping[str, Any]) -> dict[str, Any]:
        return {**known, **{role: known[name] for role, name in roles.items() if name in known}}

    blind = own.blind | {role for role, name in roles.items() if name in own.blind}
    context = replace(own, personas=also(own.personas), samplings=also(own.samplings), blind=blind)
    return Team(models, None, context, question=team.question, learned=team.learned)


def role_of(team: Team[Any], name: str, kind: str, *, where: str) -> str:
    """The name of a trained copy of a member, as `amber-router`. Raises `BadScenario` where a member has it.

    >>> from symposia.agents.models.scripted import Scripted
    >>> role_of(Team({"amber": Scripted("4")}), "amber", "router", where="weight/trained_router")
    'amber-router'
    """
    role = f"{name}-{kind}"
    if role in team.names:
        raise BadScenario(f"{where}: {role} is what the trained copy of {name} is called. Rename the member.")
    return role
