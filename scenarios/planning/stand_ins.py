"""Who can stand in for whom: the baselines of a protocol that puts its question to no single model.

A user with a goal asks the questions of text/user_loop, so a model alone would answer what nobody asked it. Such a
protocol names in `STANDS_IN` the option whose member a baseline replaces; all else stays.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from .parts import Part
from .plan import Plan


class Place(NamedTuple):
    """A place in a protocol: the option that fills it, the member that has it, and those that have the other places.

    >>> Place("assistant", "tutor", ("user",)).kept
    ('user',)
    """

    option: str
    name: str
    kept: tuple[str, ...]


def place_of(part: Part) -> Place | None:
    """The place that baselines take; None where each is asked alone."""
    option = getattr(part.protocol.module, "STANDS_IN", None)
    if option is None:
        return None
    options: Any = part.protocol.options(**part.options)
    filled = {role: str(getattr(options, role)) for role in part.protocol.roles if getattr(options, role) is not None}
    return Place(option, filled[option], tuple(name for role, name in filled.items() if role != option))


def place_in(plan: Plan) -> Place | None:
    """The place that baselines take by the rules of a plan; under the first rules all members were asked alone."""
    return place_of(plan.part) if plan.rules > 1 else None


def stand_ins(place: Place, members: Iterable[str]) -> list[str]:
    """The members that can take a place: those that have none."""
    return [name for name in members if name not in (place.name, *place.kept)]
