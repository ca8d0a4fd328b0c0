"""The skills of the pocket world by name."""

from collections.abc import Callable, Mapping
from random import Random

from . import arithmetic, choice, composition, graphs, lookup, strings
from .problem import Problem

_DRAW: Mapping[str, Callable[[Random], Problem]] = {
    "arithmetic": arithmetic.draw,
    "strings": strings.draw,
    "graphs": graphs.draw,
    "lookup": lookup.draw,
    "choice": choice.draw,
    "composition": composition.draw,
}
CORE = ("arithmetic", "strings", "graphs", "lookup")
SKILLS = tuple(_DRAW)


def draw(skill: str, rng: Random) -> Problem:
    """A random problem of a skill, of any split."""
    return _DRAW[skill](rng)
