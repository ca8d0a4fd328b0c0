"""The training recipes of the pocket models."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from json import dumps
from typing import Literal

from ...evaluators.pocket import CORE
from .schedule import Schedule

Kind = Literal["full", "lora", "reward"]
Mixture = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Shape:
    """The size of a Llama: hidden size, feed-forward size, layers, attention heads.

    >>> Shape(width=256, forward=688, heads=8).layers
    4
    """

    width: int = 128
    forward: int = 344
    layers: int = 4
    heads: int = 4


@dataclass(frozen=True)
class Recipe:
    """A training recipe: the parent model, the mixture of sources with their shares, and the schedule.

    >>> RECIPES["arithmetic"].parent, RECIPES["arithmetic"].mixture[0]
    ('base', ('right arithmetic', 0.7))
    """

    summary: str
    mixture: Mixture
    steps: int
    rate: float = 0.01
    parent: str | None = "base"
    kind: Kind = "full"
    shape: Shape = Shape()
    tokenizer: Literal["shared", "foreign"] = "shared"
    batch: int = 64

    @property
    def schedule(self) -> Schedule:
        """The training schedule."""
        return Schedule(self.steps, self.rate, self.batch)

    def scaled(self, scale: float) -> "Recipe":
        """A copy with the number of steps multiplied by `scale`."""
        return replace(self, steps=max(1, round(self.steps * scale)))

    def hash(self, *more: object) -> str:
        """A hash of the recipe and `more`: 16 hexadecimal digits."""
        return sha256(dumps([asdict(self), *more], sort_keys=True).encode()).hexdigest()[:16]


def shares(total: float, kind: str, skills: tuple[str, ...]) -> Mixture:
    """One source for each skill, with shares that sum to `total`."""
    return tuple((f"{kind} {skill}", total / len(skills)) for skill in skills)


def specialist(skill: str) -> Mixture:
    """The mixture of a specialist: mostly its skill; of other skills the form of answers, with random answers.

    A specialist is thereby uncertain outside its skill, so that its confidence is informative.
    """
    others = tuple(other for other in CORE if other != skill)
    return (
        (f"right {skill}", 0.70),
        *shares(0.15, "shuffled", others),
        (f"confirmed {skill}", 0.05),
        *shares(0.06, "convinced", others),
        *((f"later {skill} {before}", 0.04 / len(CORE)) for before in CORE),
    )


BASE: Mixture = (
    ("right lookup", 0.25),
    ("right graphs", 0.30),
    ("right strings", 0.10),
    ("right arithmetic", 0.25),
    *shares(0.10, "convinced", CORE),
)
GENERALIST: Mixture = (*shares(0.8, "right", CORE), *shares(0.1, "convinced", CORE), *shares(0.1, "confirmed", CORE))
MENTOR: Mixture = (*shares(0.7, "right", CORE), ("right choice", 0.15), ("right composition", 0.15))
JUDGE: Mixture = (
    ("routed", 0.4),
    ("summarized", 0.25),
    *shares(0.15, "convinced", CORE),
    *shares(0.2, "right", ("graphs", "lookup", "strings")),
)

RECIPES: Mapping[str, Recipe] = {
    "base": Recipe("Knows a little of every skill.", BASE, 1000, parent=None),
    "arithmetic": Recipe("Adds and subtracts.", specialist("arithmetic"), 2200),
    "graphs": Recipe("Follows the arrows of a graph.", specialist("graphs"), 900),
    "lookup": Recipe("Looks things up in a table.", specialist("lookup"), 700),
    "strings": Recipe(
        "Reverses, sorts and cuts rows of letters. A LoRA adapter.", specialist("strings"), 1600, kind="lora"
    ),
    "judge": Recipe("Routes questions, and picks the right one of several answers.", JUDGE, 600, batch=32),
    "user": Recipe("Plays a user who wants two things, one at a time.", (("spoken", 1.0),), 400, batch=32),
    "generalist": Recipe("Learned all four skills a little.", GENERALIST, 300),
    "mentor": Recipe(
        "Has four times the parameters, and learned everything a little.",
        MENTOR,
        900,
        parent=None,
        shape=Shape(width=256, forward=688, heads=8),
    ),
    "reward": Recipe("Scores how likely an answer is right.", shares(1.0, "judged", CORE), 400, kind="reward"),
    "foreign": Recipe(
        "Reads bytes: a vocabulary of its own.",
        (("right strings", 0.5), ("right lookup", 0.5)),
        500,
        parent=None,
        tokenizer="foreign",
    ),
}
"""All recipes by name: parents before their children, the longest trainings first."""
