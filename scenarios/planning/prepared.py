"""Prepared teams in a directory: what `symposia prepare` wrote, and whether it is of the scenario that names it."""

from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from pydantic import Field, ValidationError

from ...agents.errors import BadScenario
from ...agents.frozen import Frozen
from ...agents.model_url import in_folder
from .parts import Part
from .schema import Member

FILE: Final = "prepared.json"


class KeptModel(Frozen):
    """A model of a prepared team: a member's, or one that `prepare` made, in a folder of the directory.

    >>> KeptModel(member="amber").folder is None
    True
    """

    member: str | None = None
    folder: str | None = None
    fingerprint: str | None = None


class KeptTeam(Frozen):
    """A team after `prepare`: of which protocol and members, their fingerprints if known, and all that is new of it.

    `hears` are the speakers of each name, None where the topology is the scenario's.

    >>> KeptTeam(protocol="text/sparta", members={"a": "pocket:base"}, models={"a": KeptModel(member="a")}).learned
    """

    protocol: str
    members: dict[str, str]
    models: dict[str, KeptModel] = Field(min_length=1)
    fingerprints: dict[str, str] = Field(default_factory=dict)
    hears: dict[str, tuple[str, ...]] | None = None
    personas: dict[str, str] = Field(default_factory=dict)
    samplings: dict[str, dict[str, Any]] = Field(default_factory=dict)
    blind: tuple[str, ...] = ()
    learned: dict[str, Any] | None = None


class Kept(Frozen):
    """The prepared teams of a scenario, by their path in it.

    >>> Kept(parts={}).parts
    {}
    """

    parts: dict[str, KeptTeam]


def read_prepared(directory: Path, *, where: str) -> Kept:
    """What a directory holds. Raises `BadScenario`."""
    file = directory / FILE
    if not file.is_file():
        raise BadScenario(
            f"{where}: prepared: {directory} has no {FILE}. Write it: symposia prepare {where} --out {directory}."
        )
    try:
        return Kept.model_validate_json(file.read_text(encoding="utf-8"))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "all of it"
        raise BadScenario(f"{file}: {field}: {first['msg']}. Prepare it again, with this version.") from None


def hash_of_prepared(directory: Path) -> str:
    """16 hexadecimal digits of a hash of what a directory holds; that of nothing where it is gone."""
    file = directory / FILE
    return sha256(file.read_bytes() if file.is_file() else b"").hexdigest()[:16]


def of_members(part: Part, folder: Path) -> dict[str, str]:
    """The members of a team by name: the URL of a model, or the protocol of a nested team."""
    return {member.name: of_member(member, folder) for member in part.members}


def of_member(member: Member, folder: Path) -> str:
    """The URL of a member's model, its files found from anywhere; the protocol of a nested team."""
    if not isinstance(member.model, str):
        return f"team of {member.model.protocol.use}"
    return in_folder(member.model, folder.resolve())


def check_prepared(kept: Kept, path: str, part: Part, folder: Path, *, where: str) -> KeptTeam:
    """The prepared team at a path. Raises `BadScenario` for one of another protocol or other members."""
    own, place = kept.parts.get(path), f"{where}: prepared" + (f": {path}" if path else "")
    if own is None:
        raise BadScenario(f"{place}: no team was prepared there. Prepare this scenario, or leave prepared out.")
    if own.protocol != part.protocol.name:
        raise BadScenario(f"{place}: is of {own.protocol}, and this is {part.protocol.name}. Prepare this one.")
    wanted = of_members(part, folder)
    if own.members != wanted:
        name = next(name for name in {**own.members, **wanted} if own.members.get(name) != wanted.get(name))
        was, now = (some.get(name, "not there") for some in (own.members, wanted))
        raise BadScenario(f"{place}: its {name} was {was}, and here is {now}. Prepare this team.")
    return own
