"""The result of the `prepare` of weight/distil."""

from ....agents import Message


class Distilled(Message):
    """The result of `prepare`: dev scores by round, of each member and the team, and the round whose members serve.

    Scores are of the part of dev that nobody was taught; `taught` is the number of answers by member.

    >>> Distilled(members=({"amber": 0.5},), team=(0.6,), taught=({},), chosen=0).team[0]
    0.6
    """

    members: tuple[dict[str, float], ...]
    team: tuple[float, ...]
    taught: tuple[dict[str, int], ...]
    chosen: int
