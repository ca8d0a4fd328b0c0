"""Roles of a member beside its own: further agents of a team that are told and sampled as the member."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

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
