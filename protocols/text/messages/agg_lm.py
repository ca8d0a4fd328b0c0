"""The result of the `prepare` of text/agg_lm."""

from ....agents import Message


class Learned(Message):
    """The result of `prepare`: the aggregator, and whether a vote is taken instead; scores on dev where compared.

    >>> Learned(aggregator="amber").vote
    False
    """

    aggregator: str
    vote: bool = False
    scores: dict[str, float] | None = None
