"""The result of the `prepare` of weight/evolve."""

from ....agents import Message


class Recipe(Message):
    """The result of `prepare`: the best weights by model and densities (None if not searched), a value a group.

    `score` is the dev score of the best candidate, `scored` the number of candidates.

    >>> Recipe(weights={"amber": (0.2, 0.7), "blue": (0.8, 0.3)}, density=None, score=0.9, scored=80).weights["blue"]
    (0.8, 0.3)
    """

    weights: dict[str, tuple[float, ...]]
    density: tuple[float, ...] | None
    score: float
    scored: int
