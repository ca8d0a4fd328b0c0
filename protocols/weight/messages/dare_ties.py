"""The result of the `prepare` of weight/dare_ties."""

from ....agents import Message


class Weights(Message):
    """The result of `prepare`: each model's weight in the merge, and the merge's dev score if weights were searched.

    >>> Weights(weights={"amber": 0.5, "blue": 0.5}).score is None
    True
    """

    weights: dict[str, float]
    score: float | None = None
