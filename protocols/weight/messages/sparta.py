"""The result of the `prepare` of weight/sparta."""

from ....agents import Message


class Champion(Message):
    """The result of `prepare`: the member that serves, and of which round; scores, ratings and pairs by round.

    Scores are of the part of dev without duels, those of round 0 of the members as they came. `pairs` are the
    preferences that all were trained on in a round, `duels` all those that counted.

    >>> Champion(best="amber", chosen=0, members=({"amber": 0.5},), ratings=({"amber": 100.0},)).pairs
    (0,)
    """

    best: str
    chosen: int
    members: tuple[dict[str, float], ...]
    ratings: tuple[dict[str, float], ...]
    pairs: tuple[int, ...] = (0,)
    duels: int = 0
