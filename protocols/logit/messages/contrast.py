"""The result of the `prepare` of logit/contrast."""

from ....agents import Message


class Ranking(Message):
    """The result of `prepare`: the members by dev score, best first, and the scores.

    >>> Ranking(names=("expert", "amateur"), scores=(0.9, 0.4)).names[0]
    'expert'
    """

    names: tuple[str, ...]
    scores: tuple[float, ...]
