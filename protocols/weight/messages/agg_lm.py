"""The result of the `prepare` of weight/agg_lm."""

from ....agents import Message


class Aggregating(Message, tag="agg_lm.aggregating/1"):
    """The result of `prepare`: the solvers, the aggregator, and what answers; scores on dev without training.

    `kept` is `vote`, `untrained` or `trained`. `hard` and `easy` count the sets of attempts that were trained on.

    >>> Aggregating(solvers=("amber",), aggregator="blue", kept="vote", scores={}).hard
    0
    """

    solvers: tuple[str, ...]
    aggregator: str
    kept: str
    scores: dict[str, float]
    hard: int = 0
    easy: int = 0
