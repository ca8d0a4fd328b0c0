"""The result of the `prepare` of api/nudging."""

from ....agents import Message


class Setting(Message):
    """The result of `prepare`: the gamma and the nudger that are best on dev, and all scores, in the order tried.

    >>> Setting(gamma=0.4, nudger="aligned", scores=(0.5, 0.7)).nudger
    'aligned'
    """

    gamma: float
    nudger: str
    scores: tuple[float, ...]
