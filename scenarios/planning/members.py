"""Checks of the members of a team: their names, their models, and the settings of their models."""

from collections.abc import Sequence
from pathlib import Path

from ...agents.errors import BadScenario, Twice, UnknownName
from ...agents.loading import ModelSettings, check
from ...agents.message import Sampling
from ...agents.model_url import in_folder
from .schema import Member


def check_names(members: Sequence[Member], *, where: str) -> None:
    """Raise `Twice` for a name that two members have."""
    names = [member.name for member in members]
    if len(set(names)) < len(names):
        raise Twice("agent", names, where=where)


def check_model(member: Member, *, where: str, folder: Path | None) -> None:
    """Raise the errors of loading a member's model; without a folder its files are not looked for."""
    for name in member.omit:
        if name not in Sampling.model_fields:
            place = f"{where}: {member.name}.omit"
            raise UnknownName("field of the sampling", name, Sampling.model_fields, where=place)
    if isinstance(member.model, str) and folder is not None:
        check(in_folder(member.model, folder), where=f"{where}: {member.name}", settings=settings_of(member))
    elif not isinstance(member.model, str) and settings_of(member):
        raise BadScenario(
            f"{where}: {member.name}: is a team, and limits, omit, template and logprobs are a model's. Set them for "
            "its members."
        )


def settings_of(member: Member) -> ModelSettings | None:
    """The settings of a member's model, None where it has none."""
    if member.limits is None and not member.omit and member.template is None and not member.logprobs:
        return None
    return ModelSettings(limits=member.limits, omit=member.omit, template=member.template, logprobs=member.logprobs)
