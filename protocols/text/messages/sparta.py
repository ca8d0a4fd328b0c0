"""The result of the `prepare` of text/sparta."""

from ....agents import Message


class Rated(Message):
    """The result of `prepare`: the member that answers, all ratings, and those after each round; duels that counted.

    >>> Rated(best="amber", ratings={"amber": 100.0}, rounds=(), duels=0).best
    'amber'
    """

    best: str
    ratings: dict[str, float]
    rounds: tuple[dict[str, float], ...]
    duels: int
