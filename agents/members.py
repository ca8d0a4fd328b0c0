"""Checks of the names of a team's members."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from .errors import BadScenario, UnknownName
from .event import CONDUCTOR

NAME: Final = re.compile(r"[\w-]+")
RESERVED: Final = (CONDUCTOR, "decoder")
"""Names of agents, which members cannot have."""


def check_names(models: Mapping[str, object]) -> None:
    """Raise `BadScenario` for an empty team or a name that cannot be an agent's."""
    if not models:
        raise BadScenario("team: has no members. Give it at least one.")
    for name in models:
        if not NAME.fullmatch(name) or name in RESERVED:
            raise BadScenario(
                f"team: {name!r} cannot be an agent's name. Use letters, digits, - and _, not {' or '.join(RESERVED)}."
            )


def check_members(members: Collection[str], named: Iterable[str | None]) -> None:
    """Raise `UnknownName` for the first of these names that is not a member's; None is skipped."""
    for name in named:
        if name is not None and name not in members:
            raise UnknownName("agent", name, members, where="team")
